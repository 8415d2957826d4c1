import { PATTERN } from './markers.ts'

/** A part of a word that is replaced before the word is expanded; offsets are those of the word. */
export interface Replacement {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** A word made ready for `expandWord`. */
export interface PreparedWord {
  readonly text: string
  /** Whether bash splits what comes of it at blanks. */
  readonly splits: boolean
}

const MAX_WORDS = 64

/**
 * Makes a word ready for expansion: replacements are put in, `$1` and its like become names that can be looked up,
 * unquoted patterns become markers, and `{a,b}` becomes several words.
 *
 * @param parameters prefix of the names that stand for the parameters of the function around it.
 */
export function prepareWord(
  raw: string,
  replacements: readonly Replacement[],
  parameters: string,
): readonly PreparedWord[] {
  const replaced = putIn(raw, replacements)
  return expandBraces(replaced).map((text) => rewrite(text, parameters))
}

function putIn(raw: string, replacements: readonly Replacement[]): string {
  let text = ''
  let position = 0
  for (const { start, end, text: by } of replacements) {
    if (start < position) continue
    text += raw.slice(position, start) + by
    position = end
  }
  return text + raw.slice(position)
}

/** Where a character of a word stands. */
interface Place {
  readonly letter: string
  /** Neither quoted nor escaped, nor inside `${…}`. */
  readonly bare: boolean
  readonly singleQuoted: boolean
}

/** The characters of a word with their quoting. */
function* placesOf(word: string): Generator<Place> {
  let quote = ''
  let depth = 0
  for (let index = 0; index < word.length; index += 1) {
    const letter = word.charAt(index)
    if (quote === "'") {
      if (letter === "'") quote = ''
      yield { letter, bare: false, singleQuoted: true }
    } else if (letter === '\\') {
      yield { letter, bare: false, singleQuoted: true }
      index += 1
      if (index < word.length) yield { letter: word.charAt(index), bare: false, singleQuoted: true }
    } else if (letter === "'" && quote === '' && depth === 0) {
      quote = "'"
      yield { letter, bare: false, singleQuoted: true }
    } else {
      if (letter === '"' && depth === 0) quote = quote === '"' ? '' : '"'
      else if (letter === '$' && word.charAt(index + 1) === '{') depth += 1
      else if (letter === '}' && depth > 0) {
        depth -= 1
        yield { letter, bare: false, singleQuoted: false }
        continue
      }
      yield { letter, bare: quote === '' && depth === 0 && letter !== '"', singleQuoted: false }
    }
  }
}

/** `{a,b}` and `{1..3}`; what is too much is left as it stands. */
function expandBraces(word: string): readonly string[] {
  let words = [word]
  for (let round = 0; round < 6; round += 1) {
    const next = words.flatMap(expandFirstBrace)
    if (next.length === words.length || next.length > MAX_WORDS) return words
    words = next
  }
  return words
}

function expandFirstBrace(word: string): readonly string[] {
  const places = [...placesOf(word)]
  for (const [start, place] of places.entries()) {
    if (!place.bare || place.letter !== '{' || places[start - 1]?.letter === '$') continue
    const parts = braceParts(word, places, start)
    if (parts === null) continue
    return parts.items.map((item) => word.slice(0, start) + item + word.slice(parts.end + 1))
  }
  return [word]
}

function braceParts(
  word: string,
  places: readonly Place[],
  start: number,
): { readonly items: readonly string[]; readonly end: number } | null {
  const cuts = [start]
  let depth = 0
  for (let index = start + 1; index < places.length; index += 1) {
    const place = places[index]
    if (!place?.bare) continue
    if (place.letter === '{') depth += 1
    else if (place.letter === ',' && depth === 0) cuts.push(index)
    else if (place.letter === '}') {
      if (depth > 0) {
        depth -= 1
        continue
      }
      const ends = [...cuts.slice(1), index]
      const items = cuts.map((cut, item) => word.slice(cut + 1, ends[item]))
      if (items.length > 1) return { items, end: index }
      const range = /^(-?\d{1,4})\.\.(-?\d{1,4})$/.exec(items[0] ?? '')
      return range === null ? null : { items: numbers(Number(range[1]), Number(range[2])), end: index }
    }
  }
  return null
}

function numbers(from: number, to: number): readonly string[] {
  const count = Math.min(Math.abs(to - from) + 1, MAX_WORDS)
  return Array.from({ length: count }, (_item, index) => String(from + (to < from ? -index : index)))
}

function rewrite(word: string, parameters: string): PreparedWord {
  let text = ''
  let splits = false
  const places = [...placesOf(word)]
  for (let index = 0; index < places.length; index += 1) {
    const place = places[index]
    if (place === undefined) break
    const { letter, bare, singleQuoted } = place
    const next = places[index + 1]?.letter ?? ''
    if (letter === '$' && !singleQuoted) {
      if (bare) splits = true
      const rest = word.slice(index, index + 8)
      const parameter = /^\$(?:\{(?=[0-9@*])([0-9@*])|([0-9@*]))/.exec(rest)
      const other = /^\$(?:\{[?#$!-]\}|[?#$!-])/.exec(rest)
      if (parameter !== null) {
        const name = nameOfParameter(parameter[1] ?? parameter[2] ?? '', parameters)
        text += parameter[1] === undefined ? `\${${name}}` : `\${${name}`
        index += parameter[0].length - 1
      } else if (other !== null) {
        text += '0'
        index += other[0].length - 1
      } else if (next === '"') {
        // A text that is translated; untranslated it is the text itself.
      } else text += letter
    } else if (bare && (letter === '*' || letter === '?')) text += PATTERN
    else if (bare && (letter === '{' || letter === '}')) text += `\\${letter}`
    else text += letter
  }
  return { text, splits }
}

/** `$1` of a function is the same variable for all its calls: it may have the value of any of them. */
export function nameOfParameter(parameter: string, parameters: string): string {
  return `${parameters}${/\d/.test(parameter) ? parameter : 'all'}`
}
