import type { Budget } from './budget.ts'

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' }
  | {
      readonly kind: 'set'
      readonly negated: boolean
      readonly ranges: readonly (readonly [string, string])[]
    }

/** A pattern of bash's parameter expansions: `*`, `?` and `[a-z]`; a backslash makes the next character literal. */
export function parseGlob(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  for (let index = 0; index < pattern.length; index += 1) {
    const letter = pattern.charAt(index)
    if (letter === '*') tokens.push({ kind: 'many' })
    else if (letter === '?') tokens.push({ kind: 'one' })
    else if (letter === '[') {
      const end = pattern.indexOf(']', index + 2)
      if (end === -1) tokens.push({ kind: 'literal', text: letter })
      else {
        tokens.push(parseSet(pattern.slice(index + 1, end)))
        index = end
      }
    } else if (letter === '\\' && index + 1 < pattern.length) {
      index += 1
      tokens.push({ kind: 'literal', text: pattern.charAt(index) })
    } else tokens.push({ kind: 'literal', text: letter })
  }
  return tokens
}

function parseSet(body: string): Token {
  const negated = body.startsWith('!') || body.startsWith('^')
  const letters = negated ? body.slice(1) : body
  const ranges: [string, string][] = []
  for (let index = 0; index < letters.length; index += 1) {
    const from = letters.charAt(index)
    if (letters.charAt(index + 1) === '-' && index + 2 < letters.length) {
      ranges.push([from, letters.charAt(index + 2)])
      index += 2
    } else ranges.push([from, from])
  }
  return { kind: 'set', negated, ranges }
}

/**
 * The ends of all matches of a pattern that start at `start`, ascending: bash takes the first or the last of them.
 * Works on sets of positions, so that no pattern makes it try the same place twice.
 */
export function matchEnds(tokens: readonly Token[], text: string, start: number, budget: Budget): number[] {
  let ends = new Set([start])
  for (const token of tokens) {
    const next = new Set<number>()
    for (const end of ends) {
      budget.spend(1)
      if (token.kind === 'many') {
        for (let position = end; position <= text.length; position += 1) next.add(position)
        budget.spend(text.length - end)
        // Positions behind the smallest are included already.
        break
      }
      if (end < text.length && matchesLetter(token, text.charAt(end))) next.add(end + 1)
    }
    if (next.size === 0) return []
    ends = token.kind === 'many' ? next : new Set([...next].toSorted((a, b) => a - b))
  }
  return [...ends].toSorted((a, b) => a - b)
}

function matchesLetter(token: Exclude<Token, { kind: 'many' }>, letter: string): boolean {
  switch (token.kind) {
    case 'literal':
      return token.text === letter
    case 'one':
      return true
    case 'set':
      return token.ranges.some(([from, to]) => from <= letter && letter <= to) !== token.negated
  }
}
