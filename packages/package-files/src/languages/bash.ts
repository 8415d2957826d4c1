import { hasInvisible, replaceInvisible } from './invisible.ts'

/** Means itself wherever a word may stand, to bash (POSIX, Shell Command Language, 2.2) and to those that only parse it. */
const PLAIN = /^[A-Za-z0-9_:,./-]+$/

/**
 * The text as one word of bash that nothing expands or splits, always on one line. Quotes are the plainest that do: the
 * reader of earlier clients takes no others off. A NUL, which no value in bash can hold, is left out.
 */
export function bashWord(text: string): string {
  const value = storable(text)
  if (PLAIN.test(value)) return value
  if (hasInvisible(value)) return ansiQuoted(value)
  if (!value.includes("'")) return `'${value}'`
  if (!/["$`\\!]/.test(value)) return `"${value}"`
  return `'${value.replaceAll("'", `'\\''`)}'`
}

/** The same for the value of a variable, behind an equals sign, where a version's plus means itself as well. */
export function bashValue(text: string): string {
  return /^[A-Za-z0-9._+-]+$/.test(text) ? text : bashWord(text)
}

/**
 * The same for a word in the body of a function, whose end the reader of earlier clients finds by counting braces: those
 * that do not balance are written as bytes.
 */
export function bashBodyWord(text: string): string {
  const isBalanced = text.split('{').length === text.split('}').length
  return isBalanced ? bashWord(text) : ansiQuoted(storable(text))
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}

/** `name=(one two)`: on one line, without blanks at the ends. */
export function bashArray(name: string, values: readonly string[]): string {
  return `${name}=(${values.map(bashWord).join(' ')})`
}

/** Bash manual, 3.1.2.4: bytes in hexadecimal mean the same in every locale. */
function ansiQuoted(text: string): string {
  const escaped = replaceInvisible(text.replace(/[\\']/g, '\\$&'), (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    return [...new TextEncoder().encode(character)].map(hexadecimal).join('')
  })
  return `$'${escaped.replace(/[{}]/g, (brace) => hexadecimal(brace.charCodeAt(0)))}'`
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
