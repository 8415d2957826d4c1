import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './json.ts'

function problem(text: string) {
  const result = parseJson(text)
  return result.ok ? null : `${result.problem.line}: ${result.problem.message}`
}

function parsed(text: string) {
  const result = parseJson(text)
  if (!result.ok) throw new Error(result.problem.message)
  return result.document
}

describe('parseJson', () => {
  it('tells the line of keys, of elements, and of what is around what is not there', () => {
    const { root, lineOf } = parsed('\ufeff{\n "a": {\n  "b": [1,\n   {"c": null}]\n }\n}\n')
    expect(JSON.stringify(root)).toBe('{"a":{"b":[1,{}]}}')
    expect(lineOf(['a'])).toBe(2)
    expect(lineOf(['a', 'b', 0])).toBe(3)
    expect(lineOf(['a', 'b', 1, 'c'])).toBe(4)
    expect(lineOf(['a', 'nothing'])).toBe(2)
    expect(lineOf(['nothing'])).toBe(null)
  })

  it.each([
    ['', '1: unexpected end of input'],
    ['[1]', '1: the file is not an object: { … }'],
    ['{\n"a": 1,\n}', '3: unexpected token }'],
    ['{"a": 1} // no', "1: unexpected character '/'"],
    ["{'a': 1}", "1: unexpected character '''"],
    ['{"a": NaN}', "1: unexpected character 'N'"],
    ['{"a": "x\ny"}', '1: a text goes over several lines or holds a control character'],
    ['{"a": 1,\n "b": {"c": 1,\n "\\u0063": 2}}', '3: "c" stands twice'],
    ['{"a": null, "a": null}', '1: "a" stands twice'],
    ['{"a": [1, null]}', '1: a list holds null'],
    ['{"a": "\\ud800"}', '1: a text holds half of a character'],
    ['{"a":'.repeat(40_000), '1: values are nested too deeply'],
  ])('refuses %j', (text, expected) => {
    expect(problem(text)).toBe(expected)
  })

  it('takes names of prototypes for names', () => {
    const { root } = parsed('{"__proto__": {"x": 1}, "constructor": 2}')
    expect(Object.keys(root)).toEqual(['__proto__', 'constructor'])
    expect(Reflect.get({}, 'x')).toBe(undefined)
  })

  it('reads what JSON.parse reads', () => {
    const value = fc
      .jsonValue({ maxDepth: 6 })
      .filter((json) => !/null|\\ud[89a-f]/i.test(JSON.stringify(json)))
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), value), fc.nat(4), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        expect(JSON.parse(JSON.stringify(parsed(text).root))).toEqual(JSON.parse(text))
      }),
    )
  })

  it('reads no text that JSON.parse refuses, and fails with a line whatever the text is', () => {
    const piece = fc.constantFrom(...'{}[]",:\\\n 01.e-+u', 'true', 'null', '"a"', '"\\u00', '{"a":')
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (hostile) => {
        const result = parseJson(hostile)
        if (result.ok) expect(() => JSON.parse(hostile.replace(/^\ufeff/, ''))).not.toThrow()
        else expect(result.problem.line).toBeGreaterThan(0)
      }),
      { numRuns: 500 },
    )
  })
})
