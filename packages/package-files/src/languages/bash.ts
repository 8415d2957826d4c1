import { hasInvisible, replaceInvisible } from './invisible.ts'

/** Means itself wherever a word may stand (POSIX, Shell Command Language, 2.2). */
const PLAIN = /^[A-Za-z0-9_@%+:,./-]+$/

/**
 * The text as one word of bash that nothing expands or splits, always on one line. Quotes are the plainest that do: the
 * reader of earlier clients takes no others off. A NUL, which no value in bash can hold, is left out.
 */
export function bashWord(text: string): string {
  const value = text.toWellFormed().replaceAll('\0', '')
  if (PLAIN.test(value)) return value
  if (hasInvisible(value)) return ansiQuoted(value)
  if (!value.includes("'")) return `'${value}'`
  if (!/["$`\\!]/.test(value)) return `"${value}"`
  return `'${value.replaceAll("'", `'\\''`)}'`
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
    return [...new TextEncoder().encode(character)]
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join('')
  })
  return `$'${escaped}'`
}
