import { type Budget, NotStatic } from './budget.ts'
import { matchEnds, parseGlob } from './glob.ts'

/** What a parameter expansion does to a value. Patterns are those of `parseGlob`. */
export type Operation =
  | { readonly kind: 'none' }
  | { readonly kind: 'trim-start' | 'trim-end'; readonly longest: boolean; readonly pattern: string }
  | {
      readonly kind: 'replace'
      /** `''` first match, `/` all, `#` at the start, `%` at the end. */
      readonly place: string
      readonly pattern: string
      readonly text: string
    }
  | { readonly kind: 'case'; readonly upper: boolean; readonly all: boolean }
  | { readonly kind: 'slice'; readonly offset: number; readonly length: number | null }

interface Circumstances {
  /** Whether the values are the elements of `${name[@]}`. */
  readonly isList: boolean
  readonly budget: Budget
}

/** Applies an operation to a value, or to each element of a list. @throws NotStatic */
export function transform(
  values: readonly string[],
  operation: Operation,
  { isList, budget }: Circumstances,
): readonly string[] {
  switch (operation.kind) {
    case 'none':
      return values
    case 'trim-start':
    case 'trim-end':
      return values.map((value) => budget.bounded(trim(value, operation, budget)))
    case 'replace':
      return values.map((value) => budget.bounded(replace(value, operation, budget)))
    case 'case':
      return values.map((value) => changeCase(value, operation))
    case 'slice':
      return isList ? sliceList(values, operation) : values.map((value) => sliceText(value, operation))
  }
}

function trim(value: string, operation: Extract<Operation, { longest: boolean }>, budget: Budget): string {
  const glob = parseGlob(operation.pattern)
  if (operation.kind === 'trim-start') {
    const ends = matchEnds(glob, value, 0, budget)
    const end = operation.longest ? ends.at(-1) : ends[0]
    return end === undefined ? value : value.slice(end)
  }
  const starts = [...Array(value.length + 1).keys()]
  for (const start of operation.longest ? starts : starts.toReversed()) {
    if (matchEnds(glob, value, start, budget).at(-1) === value.length) return value.slice(0, start)
  }
  return value
}

function replace(
  value: string,
  { place, pattern, text }: Extract<Operation, { kind: 'replace' }>,
  budget: Budget,
): string {
  const glob = parseGlob(pattern)
  // With nothing to look for, bash puts the text before or behind the value.
  if (glob.length === 0) {
    if (place === '#') return text + value
    return place === '%' ? value + text : value
  }
  let result = ''
  let position = 0
  let replaced = false
  while (position <= value.length) {
    budget.bounded(result)
    const ends = place === '#' && position > 0 ? [] : matchEnds(glob, value, position, budget)
    const end = ends.at(-1)
    const fits =
      end !== undefined && (end > position || value === '') && (place !== '%' || end === value.length)
    if (fits && (place === '/' || !replaced)) {
      result += text
      replaced = true
      if (end === position) break
      position = end
    } else {
      result += value.charAt(position)
      position += 1
    }
  }
  return result
}

function changeCase(value: string, { upper, all }: Extract<Operation, { kind: 'case' }>): string {
  if (/[^\0-\x7f]/.test(value)) throw new NotStatic('changes the case of letters that are not ASCII')
  const change = (text: string) => (upper ? text.toUpperCase() : text.toLowerCase())
  return all ? change(value) : change(value.charAt(0)) + value.slice(1)
}

function sliceText(value: string, { offset, length }: Extract<Operation, { kind: 'slice' }>): string {
  if (/[^\0-\x7f]/.test(value))
    throw new NotStatic('cuts a text that is not ASCII, which depends on the locale')
  const start = offset < 0 ? value.length + offset : offset
  if (start < 0) return ''
  if (length === null || start > value.length) return value.slice(start)
  const end = length < 0 ? value.length + length : start + length
  if (end < start) throw new NotStatic('cuts more than there is')
  return value.slice(start, end)
}

function sliceList(
  values: readonly string[],
  { offset, length }: Extract<Operation, { kind: 'slice' }>,
): readonly string[] {
  // Of a variable that is no array, bash cuts the text.
  if (values.length < 2) throw new NotStatic('cuts a list of one item, which is not read here')
  if (offset < 0 || (length ?? 0) < 0) throw new NotStatic('cuts a list from its end, which is not read here')
  return values.slice(offset, length === null ? undefined : offset + length)
}
