/** Shorter words are not corrected: one edit away from three letters is nearly everything. */
const CORRECTED_FROM = 4

/** Letters that known words begin with: from the first on, or from the one behind it. */
export interface WordBeginning {
  readonly letters: string
  readonly behindFirst: boolean
}

/** Where the words stand that a mistyped one may mean, and how long they are; null for one that is not corrected. */
export function searchedWords(word: string): {
  readonly beginnings: readonly WordBeginning[]
  readonly length: { readonly shortest: number; readonly longest: number }
} | null {
  const errors = errorsAllowed(word)
  if (errors === 0) return null
  const letters = [...word]
  const [first = '', second = '', third = ''] = letters
  const beginnings = [
    { letters: first, behindFirst: false },
    // The first two were swapped, or the first is one too many.
    ...(second === first ? [] : [{ letters: second, behindFirst: false }]),
    // The first is missing, or another.
    { letters: first + second, behindFirst: true },
    { letters: second + third, behindFirst: true },
  ]
  return { beginnings, length: { shortest: letters.length - errors, longest: letters.length + errors } }
}

/** How many typing errors a word may have: one up to seven letters, two in longer ones. */
function errorsAllowed(word: string): number {
  const { length } = [...word]
  if (length < CORRECTED_FROM || /^\p{N}+$/u.test(word)) return 0
  return length < 8 ? 1 : 2
}

/**
 * The Damerau-Levenshtein distance (insertions, deletions, substitutions, swaps of neighbours), or `limit + 1` where it is
 * larger than `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    let best = i
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(at(above, j) + 1, at(row, j - 1) + 1, at(above, j - 1) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) cost = Math.min(cost, at(before, j - 2) + 1)
      row.push(cost)
      best = Math.min(best, cost)
    }
    if (best > limit) return limit + 1
    before = above
    above = row
  }
  return Math.min(at(above, b.length), limit + 1)
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}

/** A known word and how many typing errors it is away. */
export interface NearWord {
  readonly word: string
  readonly distance: number
}

/** The known words that a mistyped one may mean, nearest first, of equal ones the shorter and then the first by name. */
export function nearWords(word: string, known: Iterable<string>): NearWord[] {
  const limit = errorsAllowed(word)
  if (limit === 0) return []
  const near: NearWord[] = []
  for (const other of known) {
    const distance = editDistance(word, other, limit)
    if (distance <= limit && other !== word) near.push({ word: other, distance })
  }
  return near.toSorted(
    (a, b) => a.distance - b.distance || a.word.length - b.word.length || (a.word < b.word ? -1 : 1),
  )
}
