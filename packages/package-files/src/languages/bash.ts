import { hasInvisible } from './invisible.ts'

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
  return hasPairedBraces(text) ? bashWord(text) : ansiQuoted(storable(text))
}

function hasPairedBraces(text: string): boolean {
  let open = 0
  for (const [brace] of text.matchAll(/[{}]/g)) {
    open += brace === '{' ? 1 : -1
    if (open < 0) return false
  }
  return open === 0
}

/** The words that begin a compound command where they stand first and without quotes (Bash manual, 3.2.5). */
const RESERVED = new Set(
  'case coproc do done elif else esac fi for function if in select then time until while'.split(' '),
)

/** The words of a simple command in the body of a function. */
export function bashCommand([program = '', ...words]: readonly string[]): string {
  const first = RESERVED.has(program) ? `'${program}'` : bashBodyWord(program)
  return [first, ...words.map(bashBodyWord)].join(' ')
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}

/** `name=(one two)`: on one line, without blanks at the ends. */
export function bashArray(name: string, values: readonly string[]): string {
  return `${name}=(${values.map(bashWord).join(' ')})`
}

/**
 * Bash manual, 3.1.2.4: bytes in hexadecimal mean the same in every locale. In some (Shift_JIS, GBK, Big5), a backslash may
 * be the second half of a letter, and would not keep a quote from being the last: hence no letter beyond ASCII, and no quote.
 */
function ansiQuoted(text: string): string {
  const escaped = text.replace(/[^ -~]|[\\'{}]/gu, (character) => {
    if (character === '\n') return '\\n'
    if (character === '\t') return '\\t'
    if (character === '\\') return '\\\\'
    return [...new TextEncoder().encode(character)].map(hexadecimal).join('')
  })
  return `$'${escaped}'`
}

function hexadecimal(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
