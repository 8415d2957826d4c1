import { type Budget, NotStatic } from './budget.ts'

type Range = readonly [from: string, to: string]

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' }
  | { readonly kind: 'set'; readonly negated: boolean; readonly ranges: readonly Range[] }

/** Letters that mean something in a pattern, and the backslash that takes the meaning away. */
const SPECIAL = /[\\*?[\]!^-]/g

/** A text as a pattern that matches just this text. */
export function escapeGlob(text: string): string {
  return text.replace(SPECIAL, '\\$&')
}

/**
 * A pattern of bash's parameter expansions: `*`, `?`, `[a-z]`, `[[:digit:]]`; a backslash makes the next character
 * literal.
 *
 * @throws NotStatic for extended patterns such as `+(…)`, which depend on an option of the shell.
 */
export function parseGlob(pattern: string): readonly Token[] {
  if (/(?<!\\)[?*+@!]\(/.test(pattern))
    throw new NotStatic('uses an extended pattern, which is not read here')
  const tokens: Token[] = []
  for (let index = 0; index < pattern.length; index += 1) {
    const letter = pattern.charAt(index)
    if (letter === '*') tokens.push({ kind: 'many' })
    else if (letter === '?') tokens.push({ kind: 'one' })
    else if (letter === '[') {
      const set = parseSet(pattern, index + 1)
      if (set === null) tokens.push({ kind: 'literal', text: letter })
      else {
        tokens.push(set.token)
        index = set.end
      }
    } else if (letter === '\\' && index + 1 < pattern.length) {
      index += 1
      tokens.push({ kind: 'literal', text: pattern.charAt(index) })
    } else tokens.push({ kind: 'literal', text: letter })
  }
  return tokens
}

/** POSIX character classes, ASCII letters only: {@link matchEnds} refuses to judge others. */
const CLASSES: Readonly<Record<string, readonly Range[]>> = {
  alnum: [
    ['0', '9'],
    ['A', 'Z'],
    ['a', 'z'],
  ],
  alpha: [
    ['A', 'Z'],
    ['a', 'z'],
  ],
  blank: [
    ['\t', '\t'],
    [' ', ' '],
  ],
  digit: [['0', '9']],
  lower: [['a', 'z']],
  punct: [
    ['!', '/'],
    [':', '@'],
    ['[', '`'],
    ['{', '~'],
  ],
  space: [
    ['\t', '\r'],
    [' ', ' '],
  ],
  upper: [['A', 'Z']],
  xdigit: [
    ['0', '9'],
    ['A', 'F'],
    ['a', 'f'],
  ],
}

/** The set whose letters start at `start`, and the place of its closing bracket; null where it has none. */
function parseSet(pattern: string, start: number): { token: Token; end: number } | null {
  const negated = /[!^]/.test(pattern.charAt(start))
  const ranges: Range[] = []
  const first = negated ? start + 1 : start
  let index = first
  while (index < pattern.length) {
    if (pattern.charAt(index) === ']' && index > first) {
      return { token: { kind: 'set', negated, ranges }, end: index }
    }
    const named = /^\[[:.=]([a-z]*)[:.=]\]/.exec(pattern.slice(index, index + 20))
    if (named !== null) {
      const letters = named[0].startsWith('[:') ? CLASSES[named[1] ?? ''] : undefined
      if (letters === undefined) throw new NotStatic(`uses the pattern ${named[0]}, which is not read here`)
      ranges.push(...letters)
      index += named[0].length
      continue
    }
    const from = letterAt(pattern, index)
    const dash = from.next
    if (pattern.charAt(dash) === '-' && dash + 1 < pattern.length && pattern.charAt(dash + 1) !== ']') {
      const to = letterAt(pattern, dash + 1)
      ranges.push([from.letter, to.letter])
      index = to.next
    } else {
      ranges.push([from.letter, from.letter])
      index = from.next
    }
  }
  return null
}

function letterAt(pattern: string, index: number): { letter: string; next: number } {
  const escaped = pattern.charAt(index) === '\\' && index + 1 < pattern.length
  const place = escaped ? index + 1 : index
  return { letter: pattern.charAt(place), next: place + 1 }
}

/**
 * The ends of all matches of a pattern that start at `start`, ascending: bash takes the first or the last of them.
 * Works on sets of positions, so that no pattern makes it try the same place twice.
 *
 * @throws NotStatic where a letter that is not ASCII is to be judged: what it counts for depends on the locale.
 */
export function matchEnds(tokens: readonly Token[], text: string, start: number, budget: Budget): number[] {
  let ends = [start]
  for (const token of tokens) {
    const next: number[] = []
    for (const end of ends) {
      budget.spend(1)
      if (token.kind === 'many') {
        for (let position = end; position <= text.length; position += 1) next.push(position)
        budget.spend(text.length - end)
        // Positions behind the smallest are included already.
        break
      }
      if (end < text.length && matchesLetter(token, text.charAt(end))) next.push(end + 1)
    }
    if (next.length === 0) return []
    ends = next
  }
  return ends
}

function matchesLetter(token: Exclude<Token, { kind: 'many' }>, letter: string): boolean {
  if (token.kind === 'literal') return token.text === letter
  if (letter > '\u007f')
    throw new NotStatic('matches a letter that is not ASCII, which depends on the locale')
  return (
    token.kind === 'one' ||
    token.ranges.some(([from, to]) => from <= letter && letter <= to) !== token.negated
  )
}
