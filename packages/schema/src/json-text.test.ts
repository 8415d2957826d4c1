import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasDuplicateKeys, tryParseJson } from './json-text.ts'

it('reads JSON, null included, and tells it from what is none', () => {
  expect(tryParseJson('{"a":[1,null]}')).toEqual({ a: [1, null] })
  expect(tryParseJson('null')).toBeNull()
  for (const text of ['', '{"a":', 'NaN', '\0', '{} {}']) expect(tryParseJson(text)).toBeUndefined()
})

describe('hasDuplicateKeys', () => {
  it.each([
    ['{"a":1,"a":2}', true],
    ['{"a":1,"\\u0061":2}', true],
    ['[{"b":{"c":[],"c":{}}}]', true],
    ['{"a":{"a":{"a":"a"}},"b":["a","a"]}', false],
    ['{"a":"{\\"a\\":1,","b":":","":"\\\\"}', false],
    ['{"__proto__":1,"constructor":2}', false],
    ['"a"', false],
  ])('%s: %s', (text, expected) => {
    expect(hasDuplicateKeys(text)).toBe(expected)
  })

  it('finds none in what JSON.stringify writes, and each that is put in', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (value) => {
        const text = JSON.stringify(value)
        const [key = ''] = Object.keys(value)
        const twice = `${text.slice(0, -1)},${JSON.stringify(key)}:0}`
        return !hasDuplicateKeys(text) && hasDuplicateKeys(twice)
      }),
    )
  })
})
