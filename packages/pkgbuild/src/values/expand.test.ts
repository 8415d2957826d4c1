import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScript } from '../syntax/script.ts'
import { evaluateScript } from './evaluate.ts'

async function evaluate(text: string, given: Record<string, string> = {}) {
  const script = await readScript(text)
  if (script === null) throw new Error('refused by the parser')
  return evaluateScript(script, new Map(Object.entries(given)))
}

/** The elements of `result`; a reason in place of what is not known. */
async function resultOf(text: string) {
  const variable = (await evaluate(text)).get('result')
  return variable?.elements.map((element) => (element.known ? element.text : `(${element.reason})`))
}

function runBash(script: string): string {
  return execFileSync('bash', ['--norc', '--noprofile', '-c', script], {
    encoding: 'utf8',
    env: { LC_ALL: 'C' },
  })
}

const SETTING = `v=1.2.3-rc.1\nempty=\nlist=(one "two words" three)\n`

/** Words that bash and this reader must understand alike. */
const WORDS = [
  '$v',
  '"$v"',
  "'$v'",
  '${v}',
  'a${v}b',
  '"a"\'b\'c',
  'a\\$b',
  '"a\\$b\\"c\\n"',
  "$'a\\tb\\'c'",
  '"$"',
  'a$',
  '${v%%.*}',
  '${v%.*}',
  '${v#*.}',
  '${v##*.}',
  '${v%-rc*}',
  '${v%%[-_]*}',
  '${v#[0-9].}',
  '${v%nothing}',
  '${v/./_}',
  '${v//./_}',
  '${v//[.-]/}',
  '${v/-rc/}',
  '${v/#1/9}',
  '${v/%1/9}',
  '${v/#2/9}',
  '${v//\\./-}',
  '${v/*-/x}',
  '${v//"."/_}',
  '${v:2}',
  '${v:2:3}',
  '${v: -2}',
  '${v:0:-2}',
  '${v:99}',
  '${v^^}',
  '${list^}',
  '${#v}',
  '${missing:-other}',
  '${missing-other}',
  '${empty:-other}',
  '"${empty-other}"',
  '${missing:-a${v}b}',
  '"${missing:-"quoted $v"}"',
  '${v:+yes}',
  '"${empty:+yes}"',
  '"${empty+yes}"',
  '${list}',
  '${list[1]}',
  '"${list[@]:-x}"',
  '"${list[*]}"',
  'a#b',
  'https://example.com/v${v//-/_}/x-${v%%.*}.tar.gz',
]

describe('expandWord', () => {
  it.each(WORDS.filter((word) => !word.includes('[@]:-')))('reads %s as bash does', async (word) => {
    const script = `${SETTING}result=${word}\nprintf %s "$result"`
    const bash = runBash(script)
    expect(await resultOf(`${SETTING}result=${word}\n`)).toEqual([bash])
  })

  it('reads arrays as bash does', async () => {
    const script = `${SETTING}more=("\${list[@]}" last)\nmore+=(a 'b c' # comment\n  "$v")\nresult=("\${more[@]}")\n`
    const bash = runBash(`${script}printf '%s\\0' "\${result[@]}"`)
    expect(await resultOf(script)).toEqual(bash.split('\0').slice(0, -1))
  })

  it.each([
    ['result=$(id)', /is set by a command/],
    ['if [ a ]; then result=1; fi', /is set by a command/],
    ['result=$((1 ** 2))', /computes something that is not read here/],
    ['result=(a{01..03})', /padded sequence/],
    ['result=~user', /uses ~/],
    ['result=${HOME:-x}', /depends on \$HOME/],
    ['declare -i result=1+1', /declared with declare -i/],
    ['readonly result=1', /declared with readonly/],
    ['result=([2]=a)', /names an index/],
    ['result=(*.txt)', /file name pattern/],
    ['result=$HOME', /uses \$HOME, which this file does not set/],
    ['v=1\nresult=${v@P}', /not read here/],
    ['result=${!v}', /not read here/],
    ['a[0]=x\nresult=$a', /assigned by index/],
    ['x=$1\nresult=$x', /uses \$1/],
  ])('does not guess %s', async (text, reason) => {
    const result = await resultOf(text)
    expect(result?.[0]).toMatch(reason)
  })

  it('gives up on values that grow without end', async () => {
    const doubling = Array.from({ length: 40 }, () => 'a=$a$a').join('\n')
    expect((await resultOf(`a=xxxxxxxx\n${doubling}\nresult=$a\n`))?.[0]).toMatch(/too long/)
    const patterns = Array.from({ length: 200 }, () => `a=\${a//${'*a'.repeat(50)}/${'a'.repeat(50)}}`).join(
      '\n',
    )
    const started = performance.now()
    await resultOf(`a=${'a'.repeat(4000)}\n${patterns}\nresult=$a\n`)
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  it('knows the reason for every word it does not read', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '$',
        '{',
        '}',
        '${',
        '$v',
        '${v',
        '"',
        "'",
        '\\',
        '`',
        '(',
        ')',
        '/',
        '#',
        '%',
        ':',
        '-',
        '*',
        '[',
      ),
      fc.constantFrom('v', 'list', 'a', '1', ']', '@', '^', ',', '!', ' ', '+', '$((', "$'"),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        const script = await readScript(`${SETTING}result=${pieces.join('')}\n`)
        if (script !== null) evaluateScript(script, new Map())
      }),
      { numRuns: 1_500 },
    )
  })
})
