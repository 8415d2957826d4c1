import { expect, it } from 'vitest'
import { tryParseJson } from './json-text.ts'

it('reads JSON, null included, and tells it from what is none', () => {
  expect(tryParseJson('{"a":[1,null]}')).toEqual({ a: [1, null] })
  expect(tryParseJson('null')).toBeNull()
  for (const text of ['', '{"a":', 'NaN', '\0', '{} {}']) expect(tryParseJson(text)).toBeUndefined()
})
