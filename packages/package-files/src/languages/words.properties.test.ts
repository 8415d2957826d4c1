import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rubyIsMissing } from '../homebrew/testing/evaluate.ts'
import { HOSTILE_TEXT } from '../samples.ts'
import { bashArray, bashBodyWord, bashCommand, bashValue, bashWord } from './bash.ts'
import { commentText } from './invisible.ts'
import { rubyString } from './ruby.ts'

/** Bash and Ruby are started once for all of them. */
const TEXTS = [
  HOSTILE_TEXT,
  '',
  ...fc.sample(fc.string({ unit: 'binary', maxLength: 40 }), { numRuns: 200, seed: 1 }),
  ...fc.sample(
    fc.string({
      unit: fc.constantFrom(...'\'"\\$`!#{}()[]@*?~&|;<>= \n\r\t\0xn0\u00e9\u202e%-'),
      maxLength: 12,
    }),
    { numRuns: 800, seed: 2 },
  ),
]
/** What a variable can hold at all. */
const STORABLE = TEXTS.map((text) => text.toWellFormed().replaceAll('\0', ''))

describe.each(['C', 'C.UTF-8'])('in bash, with the locale %s', (locale) => {
  const bash = (script: string) => execFileSync('bash', [], { input: script, env: { LC_ALL: locale } })

  it('a word is the text it was made of, as a value, an item and an argument', () => {
    const script = TEXTS.map(
      (text) => `value=${bashValue(text)}\n${bashArray('items', [text, text])}
printf '%s\\0' "$value" "\${#items[@]}" "\${items[1]}" ${bashWord(text)} ${bashBodyWord(text)}\n`,
    )
    const printed = bash(script.join('')).toString('utf8').split('\0').slice(0, -1)
    expect(printed).toEqual(STORABLE.flatMap((text) => [text, '2', text, text, text]))
  })
})

it('a word of bash is on one line, and in the body of a function its braces balance', () => {
  for (const text of TEXTS) {
    expect(bashWord(text)).not.toMatch(/[\n\r\u0000\u2028\u202e]/)
    const word = bashBodyWord(text)
    expect(word.split('{').length).toBe(word.split('}').length)
  }
})

it('a word is all ASCII where quotes are escaped by a backslash, which other encodings take for half a letter', () => {
  for (const text of TEXTS)
    if (bashWord(text).startsWith("$'")) expect(bashWord(text)).toMatch(/^\$'[ -&(-~]*'$/)
})

it('a word of which a brace closes before one opens is written as bytes', () => {
  expect(bashBodyWord('}{')).toBe("$'\\x7d\\x7b'")
})

it('a command runs the program of its name, were it a reserved word of bash', () => {
  const words = [
    'if',
    'then',
    'else',
    'elif',
    'fi',
    'case',
    'esac',
    'for',
    'select',
    'while',
    'until',
    'do',
    'done',
    'in',
  ]
  for (const word of [...words, 'function', 'time', 'coproc', '!', '{', '}', '[[', ']]']) {
    const script = `f() {\n  ${bashCommand([word, word])}\n}\ncommand_not_found_handle() { printf '%s\\n' "$@"; }\nf`
    expect(execFileSync('bash', ['-c', 'PATH=/nowhere; eval "$0"', script], { encoding: 'utf8' })).toBe(
      `${word}\n${word}\n`,
    )
  }
})

it('a comment is on one line', () => {
  for (const text of TEXTS) expect(commentText(text)).not.toMatch(/[\n\r\u0000\u2028\u202e]/)
})

it.skipIf(rubyIsMissing())('in Ruby, a string is the text it was made of (needs ruby)', () => {
  const script = `print [${TEXTS.map(rubyString).join(', ')}].map { |text| text.unpack1("H*") }.join(" ")`
  const printed = execFileSync('ruby', ['-Ku', '-'], { input: script, encoding: 'utf8' })
  expect(printed.split(' ')).toEqual(
    TEXTS.map((text) => Buffer.from(text.toWellFormed(), 'utf8').toString('hex')),
  )
})
