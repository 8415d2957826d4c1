import fc from 'fast-check'
import { expect, it } from 'vitest'
import { editDistance, nearWords, searchedWords } from './spelling.ts'

it.each([
  ['wisper', 'whisper', 1],
  ['zebar', 'zebra', 1],
  ['difusoin', 'diffusion', 2],
  ['same', 'same', 0],
  ['far', 'away', 3],
])('counts the errors from %s to %s', (a, b, distance) => {
  expect(editDistance(a, b, 2)).toBe(distance)
})

it('is the same both ways, and finds one letter that was left out', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 12 }), fc.nat(11), (text, place) => {
      const without = text.slice(0, place) + text.slice(place + 1)
      expect(editDistance(text, without, 2)).toBe(place < text.length ? 1 : 0)
      expect(editDistance(without, text, 2)).toBe(editDistance(text, without, 2))
    }),
  )
})

it('looks for words behind a first letter that is wrong, missing, or one too many', () => {
  const finds = (typed: string, word: string) => {
    const searched = searchedWords(typed)
    if (searched === null) return false
    const { beginnings, length } = searched
    const isLong = word.length >= length.shortest && word.length <= length.longest
    return (
      isLong && beginnings.some(({ letters, behindFirst }) => word.startsWith(letters, behindFirst ? 1 : 0))
    )
  }
  for (const typed of ['hisper', 'xhisper', 'hwisper', 'awhisper', 'whispr', 'whisprer']) {
    expect([typed, finds(typed, 'whisper')]).toEqual([typed, true])
  }
  expect(searchedWords('sd')).toBeNull()
})

it('corrects to the nearest word, and short words and numbers to none', () => {
  expect(nearWords('wisper', ['whisper', 'wiper', 'paper']).map(({ word }) => word)).toEqual([
    'wiper',
    'whisper',
  ])
  expect(nearWords('sd', ['md']).map(({ word }) => word)).toEqual([])
  expect(nearWords('2024', ['2023']).map(({ word }) => word)).toEqual([])
})
