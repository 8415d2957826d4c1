import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScript } from '../syntax/script.ts'
import { evaluateScript } from './evaluate.ts'

const SETTING = `v=1.2.3-rc.1
empty=
spaced='a b  c'
star='x*y'
list=(one "two words" three)
none=()
umlauts='äöx'
`

const name = fc.constantFrom('v', 'empty', 'spaced', 'star', 'list', 'none', 'missing', 'umlauts')
const literal = fc.constantFrom(
  ...`a 1 . - _ / x.y " ' \\ $ { } , .. [ ] * ? ! # % : = ~ @ ^ & + \\} \\" '' "" ä \\\\ < >`.split(' '),
  ' ',
)
const subscript = fc.constantFrom('', '', '', '[@]', '[*]', '[0]', '[-1]', '[5]')
const plainOperation = fc.constantFrom(
  '',
  '',
  ':1',
  ':0:2',
  ': -2',
  ':1:-1',
  '::2',
  '^^',
  ',,',
  '^',
  ',',
  ':?',
  '@Q',
)
const wordOperation = fc.constantFrom('%', '%%', '#', '##', ':-', ':+', '-', '+')

/** Words of all kinds of quotes and expansions, many of them no bash at all. */
const { word } = fc.letrec<{ word: string; piece: string }>((tie) => ({
  word: fc
    .array(tie('piece'), { minLength: 1, maxLength: 4, depthIdentifier: 'word' })
    .map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { maxDepth: 2, depthIdentifier: 'word' },
    { arbitrary: literal, weight: 6 },
    { arbitrary: name.map((text) => `$${text}`), weight: 3 },
    { arbitrary: fc.constantFrom('{1..3}', '{c..a}', '{a,b}', '{,.sig}'), weight: 1 },
    {
      arbitrary: fc.tuple(name, subscript, plainOperation).map((parts) => `\${${parts.join('')}}`),
      weight: 2,
    },
    { arbitrary: name.map((text) => `\${#${text}}`), weight: 1 },
    { arbitrary: literal.map((text) => `'${text}'`), weight: 1 },
    { arbitrary: tie('word').map((text) => `"${text}"`), weight: 3 },
    { arbitrary: fc.tuple(tie('word'), tie('word')).map(([a, b]) => `{${a},${b}}`), weight: 1 },
    {
      arbitrary: fc
        .tuple(name, subscript, wordOperation, tie('word'))
        .map((parts) => `\${${parts.join('')}}`),
      weight: 2,
    },
    {
      arbitrary: fc
        .tuple(name, subscript, fc.constantFrom('/', '//', '/#', '/%'), tie('word'), tie('word'))
        .map(([text, index, sign, pattern, other]) => `\${${text}${index}${sign}${pattern}/${other}}`),
      weight: 2,
    },
  ),
}))
const assignment = fc.oneof(
  word.map((text) => `result=${text}`),
  fc.tuple(word, word).map((words) => `result=(${words.join(' ')})`),
)

/** What an assignment makes of `result`, where this reader says it knows. */
async function readResult(text: string): Promise<string | null> {
  const script = await readScript(`${SETTING}${text}\n`)
  if (script === null || script.syntaxErrors.length > 0 || script.functions.size > 0) return null
  if (script.statements.some(({ kind }) => kind === 'command')) return null
  const elements = evaluateScript(script, new Map()).get('result')?.elements ?? []
  if (elements.some(({ known }) => !known)) return null
  return elements.map((element) => `<${element.known ? element.text : ''}>`).join('')
}

/** The same, told by bash, each assignment in a process of its own. */
function askBash(assignments: readonly string[], folder: string): ReadonlyMap<number, string> {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const blocks = assignments.map(
    (text, index) => `(${SETTING}eval ${quoted(text)} || exit
      printf '${index}:'; (( \${#result[@]} )) && printf '<%s>' "\${result[@]}"; printf '\\0')`,
  )
  const printed = execFileSync('bash', ['--norc', '--noprofile'], {
    cwd: folder,
    input: blocks.join('\n'),
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const answers = printed.split('\0').filter((answer) => answer !== '')
  return new Map(
    answers.map((answer) => {
      const [index = ''] = answer.split(':', 1)
      return [Number(index), answer.slice(index.length + 1)]
    }),
  )
}

describe('evaluateScript', () => {
  it('knows of random words what bash makes of them, or that it does not know', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'words-'))
    try {
      const known: { text: string; result: string }[] = []
      for (const text of fc.sample(assignment, { numRuns: 1_000, seed: 7 })) {
        const result = await readResult(text)
        if (result !== null) known.push({ text, result })
      }
      expect(known.length).toBeGreaterThan(100)
      const answers = askBash(
        known.map(({ text }) => text),
        folder,
      )
      const differing = known.filter(({ result }, index) => answers.get(index) !== result)
      expect(differing.map((one) => ({ ...one, bash: answers.get(known.indexOf(one)) }))).toEqual([])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
