import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DocumentPath } from './document.ts'
import { parseToml } from './toml.ts'

function parsed(text: string) {
  const result = parseToml(text)
  if (!result.ok) throw new Error(result.problem.message)
  return result.document
}

function problem(text: string) {
  const result = parseToml(text)
  return result.ok ? null : result.problem
}

const FILE = `# about
[worker]
id = "x"
tags = [
  "a", # first
  "b",
]
text = """
[not]
a = "table"
"""
build.features = ["cpu"]

[requirements.cuda]
inner = { a = 1, "quoted key" = 2 }

[[screenshots]]
url = "one"
[[screenshots]]
url = "two"
[screenshots.more]
x = 1
`

describe('parseToml', () => {
  it('reads values', () => {
    expect(JSON.parse(JSON.stringify(parsed(FILE).root))).toEqual({
      worker: {
        id: 'x',
        tags: ['a', 'b'],
        text: '[not]\na = "table"\n',
        build: { features: ['cpu'] },
      },
      requirements: { cuda: { inner: { a: 1, 'quoted key': 2 } } },
      screenshots: [{ url: 'one' }, { url: 'two', more: { x: 1 } }],
    })
  })

  it.each<[DocumentPath, number | null]>([
    [['worker'], 2],
    [['worker', 'id'], 3],
    [['worker', 'tags', 0], 5],
    [['worker', 'tags', 1], 6],
    [['worker', 'text'], 8],
    [['worker', 'build'], 12],
    [['worker', 'build', 'features', 0], 12],
    [['requirements', 'cuda'], 14],
    [['requirements', 'cuda', 'inner', 'quoted key'], 15],
    [['screenshots', 0, 'url'], 18],
    [['screenshots', 1, 'url'], 20],
    [['screenshots', 1, 'more', 'x'], 22],
    // What is not there belongs to the table around it.
    [['worker', 'name'], 2],
    [['requirements', 'cuda', 'vram'], 14],
    [['run'], null],
  ])('knows that %j stands on line %j', (path, line) => {
    expect(parsed(FILE).lineOf(path)).toBe(line)
  })

  it.each([
    ['a = 1\na = 2', 2],
    ['a = 1\nb = \nc = 3', 2],
    ['a = 1\n\nb = "unclosed\n', 3],
    ['[a]\nx = 1\n[a]\n', 3],
    ['a = [1,\n2', 2],
    ['a = 1\nb = \u0001', 2],
  ])('names the line of the broken syntax in %j', (text, line) => {
    expect(problem(text)?.line).toBe(line)
  })

  it('takes keys of Object.prototype as keys', () => {
    const { root } = parsed('[__proto__]\npolluted = 1\n[a.constructor.prototype]\npolluted = 2\n')
    expect(Object.keys(root)).toEqual(['__proto__', 'a'])
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it.each([
    ['arrays', `a = ${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['unclosed arrays', `a = ${'['.repeat(60_000)}`],
    ['dotted keys', `a${'.a'.repeat(30_000)} = 1`],
    ['tables', `[a${'.a'.repeat(30_000)}]`],
    ['inline tables', `a = ${'{a='.repeat(20_000)}`],
  ])('refuses %s nested thousands of times, quickly', (_name, text) => {
    const started = performance.now()
    expect(problem(text)).not.toBeNull()
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('answers for any text whatsoever', () => {
    const fragment = fc.oneof(
      fc.constantFrom(
        '[',
        ']',
        '[[',
        ']]',
        '{',
        '}',
        '=',
        '.',
        ',',
        '\n',
        '"',
        "'",
        '"""',
        "'''",
        '#',
        '\\',
        '-',
      ),
      fc.constantFrom('a', 'worker', '1', '1e9', 'true', '2026-01-01', ' ', '\r\n', '\u0000', '__proto__'),
      fc.string({ unit: 'binary', maxLength: 5 }),
    )
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 60 }), (fragments) => {
        const text = fragments.join('')
        const result = parseToml(text)
        if (!result.ok) {
          expect(result.problem.line).toBeGreaterThanOrEqual(1)
          expect(result.problem.line).toBeLessThanOrEqual(text.split('\n').length)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
