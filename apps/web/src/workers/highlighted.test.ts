import { expect, it } from 'vitest'
import { highlighted } from './highlighted.ts'

it.each([
  ['reads text', { text: 'reads text', ranges: [[6, 10]] }, 'reads <mark>text</mark>'],
  [
    'a<b>a',
    {
      text: 'a<b>a',
      ranges: [
        [0, 1],
        [4, 5],
      ],
    },
    '<mark>a</mark>&lt;b&gt;<mark>a</mark>',
  ],
  ['other', { text: 'text', ranges: [[0, 4]] }, 'other'],
  [
    'abc',
    {
      text: 'abc',
      ranges: [
        [0, 2],
        [1, 3],
        [2, 99],
      ],
    },
    '<mark>ab</mark>c',
  ],
  ['abc', undefined, 'abc'],
])('marks in %j what was found', (text, highlight, expected) => {
  expect(String(highlighted(text, highlight))).toBe(expected)
})
