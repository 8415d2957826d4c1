import { type Budget, NotStatic } from './budget.ts'

/** Most words that one word may become. */
const MAX_WORDS = 1_000
const MAX_DEPTH = 16

/**
 * Brace expansion (`x{,.sig}`, `{1..3}`) of a word with its quotes, as bash does it before anything else.
 *
 * @throws NotStatic for sequences with steps, and for words that become too many.
 */
export function expandBraces(word: string, budget: Budget, depth = 0): string[] {
  if (!word.includes('{')) return [word]
  if (depth > MAX_DEPTH) throw new NotStatic('nests braces too deeply')
  for (let index = 0; index < word.length; index = skipQuoted(word, index)) {
    if (word.charAt(index) !== '{') continue
    const braces = readBraces(word, index)
    if (braces === null) continue
    const before = word.slice(0, index)
    const inner = braces.items.flatMap((item) =>
      braces.literal ? [item] : expandBraces(item, budget, depth + 1),
    )
    const after = expandBraces(word.slice(braces.end), budget, depth + 1)
    if (inner.length * after.length > MAX_WORDS) throw new NotStatic('expands to too many words')
    budget.spend(inner.length * after.length * word.length)
    return inner.flatMap((item) => after.map((rest) => before + item + rest))
  }
  return [word]
}

/** The items of the braces that open at `start`; null where these are just letters. */
function readBraces(word: string, start: number): { items: string[]; end: number; literal: boolean } | null {
  const items: string[] = []
  let depth = 0
  let itemStart = start + 1
  for (let index = start; index < word.length; index = skipQuoted(word, index)) {
    const letter = word.charAt(index)
    if (letter === '{') depth += 1
    else if (letter === ',' && depth === 1) {
      items.push(word.slice(itemStart, index))
      itemStart = index + 1
    } else if (letter === '}') {
      depth -= 1
      if (depth > 0) continue
      const last = word.slice(itemStart, index)
      if (items.length > 0) return { items: [...items, last], end: index + 1, literal: false }
      const sequence = readSequence(last)
      // Without a comma before it, bash may take a later brace for the closing one.
      if (sequence === null && /,.*\}/s.test(word.slice(index)))
        throw new NotStatic('has braces without a pair')
      return sequence && { items: sequence, end: index + 1, literal: true }
    }
  }
  return null
}

function readSequence(text: string): string[] | null {
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(text)
  const [, from = '', to = ''] = numbers ?? []
  if (numbers !== null) {
    const padded = [from, to].some((number) => /^-?0\d/.test(number))
    if (padded) throw new NotStatic('uses a padded sequence, which is not read here')
    return count(Number(from), Number(to)).map(String)
  }
  const letters = /^([a-z])\.\.([a-z])$|^([A-Z])\.\.([A-Z])$/.exec(text)
  if (letters !== null) {
    const [first = 'a', last = 'a'] = text.split('..')
    return count(first.charCodeAt(0), last.charCodeAt(0)).map((code) => String.fromCharCode(code))
  }
  if (/^[^$"'\\]*\.\.[^$"'\\]*$/.test(text)) throw new NotStatic('uses a sequence that is not read here')
  return null
}

function count(from: number, to: number): number[] {
  const length = Math.abs(to - from) + 1
  if (length > MAX_WORDS) throw new NotStatic('expands to too many words')
  return Array.from({ length }, (_, index) => (to < from ? from - index : from + index))
}

/** The place after the letter, quoted text or `${…}` that starts at `index`. */
function skipQuoted(word: string, index: number): number {
  switch (word.charAt(index)) {
    case '\\':
      return index + 2
    case "'":
      return after(word.indexOf("'", index + 1), word)
    case '"':
      return skipDoubleQuoted(word, index + 1)
    case '$':
      if (word.charAt(index + 1) === "'") return skipAnsiQuoted(word, index + 2)
      return word.charAt(index + 1) === '{' ? skipExpansion(word, index + 2) : index + 1
    default:
      return index + 1
  }
}

function skipDoubleQuoted(word: string, start: number): number {
  let index = start
  while (index < word.length) {
    const letter = word.charAt(index)
    if (letter === '"') return index + 1
    if (letter === '\\') index += 2
    else if (letter === '$' && word.charAt(index + 1) === '{') index = skipExpansion(word, index + 2)
    else index += 1
  }
  return index
}

function skipAnsiQuoted(word: string, start: number): number {
  let index = start
  while (index < word.length && word.charAt(index) !== "'") index += word.charAt(index) === '\\' ? 2 : 1
  return index + 1
}

function skipExpansion(word: string, start: number): number {
  let index = start
  while (index < word.length) {
    if (word.charAt(index) === '}') return index + 1
    if (word.charAt(index) === '{') throw new NotStatic('uses braces within ${…}, which is not read here')
    index = skipQuoted(word, index)
  }
  return index
}

function after(index: number, word: string): number {
  return index === -1 ? word.length : index + 1
}
