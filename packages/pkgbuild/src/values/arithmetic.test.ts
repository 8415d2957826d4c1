import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScript } from '../syntax/script.ts'
import { evaluateScript } from './evaluate.ts'

const SETTING = 'n=7\nneg=-3\nzero=0\noctal=010\nword=abc\nbig=9007199254740991\n'

async function read(expression: string): Promise<string> {
  const script = await readScript(`${SETTING}result=$((${expression}))\n`)
  if (script !== null && script.syntaxErrors.length > 0) return '(no bash)'
  const element = script && evaluateScript(script, new Map()).get('result')?.elements[0]
  if (!element) throw new Error('refused by the parser')
  return element.known ? element.text : `(${element.reason})`
}

/** What bash makes of each, a line for each; empty where it fails. */
function bash(expressions: readonly string[]): string[] {
  const script = expressions.map((one) => `(eval 'echo $((${one}))') 2>/dev/null || echo`).join('\n')
  const options = { encoding: 'utf8', env: { LC_ALL: 'C' } } as const
  const output = execFileSync('bash', ['--norc', '--noprofile', '-c', SETTING + script], options)
  return output.slice(0, -1).split('\n')
}

describe('arithmetic', () => {
  it.each([
    '1+2*3',
    ' ( 1 + 2 ) * 3 ',
    'n - 10',
    '$n+${n}',
    'neg / 2',
    'neg % 2',
    '-n',
    '0 * neg',
    '7 / 2 - 1 - 1',
    'zero + 5',
  ])('is what bash makes of it: %s', async (expression) => {
    expect(await read(expression)).toBe(bash([expression])[0])
  })

  it.each([
    ['1 / zero', '(divides by zero)'],
    ['big + 1', '(computes a number that is too large to be read here)'],
    ['octal', '(computes something that is not read here ($((…))))'],
    ['08', '(computes something that is not read here ($((…))))'],
    ['word', '(computes something that is not read here ($((…))))'],
    ['n++', '(computes something that is not read here ($((…))))'],
    ['n = 3', '(computes something that is not read here ($((…))))'],
    ['n > 3 ? 1 : 2', '(computes something that is not read here ($((…))))'],
    ['2 ** 3', '(computes something that is not read here ($((…))))'],
    ['16#ff', '(computes something that is not read here ($((…))))'],
    ['1)+(2', '(no bash)'],
    ['a[$(id)]', '(is set by a command)'],
    [`${'('.repeat(40)}1${')'.repeat(40)}`, '(nests parentheses too deeply)'],
  ])('that bash reads by other rules is not known: %s', async (expression, reason) => {
    expect(await read(expression)).toBe(reason)
  })

  it('is never another number than bash computes', async () => {
    const part = fc.constantFrom(
      ...[
        '1',
        '2',
        '30',
        'n',
        '$n',
        '${neg}',
        'neg',
        'zero',
        '(',
        ')',
        '+',
        '-',
        '*',
        '/',
        '%',
        ' ',
        '-',
        '+',
        '**',
      ],
    )
    const texts = fc.sample(
      fc.array(part, { minLength: 1, maxLength: 9 }).map((parts) => parts.join('')),
      { numRuns: 1500, seed: 11 },
    )
    const outcomes = await Promise.all(
      texts.map(async (text) => [text, await read(text).catch(() => '()')] as const),
    )
    const known = outcomes.filter(([, value]) => !value.startsWith('('))
    expect(known.length).toBeGreaterThan(50)
    expect(known.map(([, value]) => value)).toEqual(bash(known.map(([text]) => text)))
  })
})
