import { describe, expect, it } from 'vitest'
import { tiersOfAll } from './expressions.ts'
import { readQuery } from './read-query.ts'

const words = (text: string) => readQuery(text).terms.map((term) => term.words.join(' '))

describe('readQuery', () => {
  it.each([
    ['Cafés über', ['cafe', 'uber']],
    ['speech to text', ['speech to text']],
    ['turn speech to text to speech', ['turn', 'speech to text', 'speech']],
    ['go to the server', ['go', 'server']],
    ['to the', ['to', 'the']],
    ['"stable diffusion" xl', ['stable diffusion', 'xl']],
    ['an "open quote', ['open quote']],
    ['llama.cpp', ['llama', 'cpp']],
    ['音声認識', ['音声', '声認', '認識']],
    ['gpu gpu', ['gpu']],
    ['a1 b2 c3 d4 e5 f6 g7 h8 i9', ['a1', 'b2', 'c3', 'd4', 'e5', 'f6', 'g7', 'h8']],
    ['NEAR(a OR "b")', ['near', 'b']],
    ['\u0000\ud800 \u202e%_*', []],
    ['libraries models class glasses', ['library', 'model', 'class', 'glasse']],
  ])('reads %j', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  it('lets the last word go on while it may be being typed', () => {
    const prefixes = (text: string) => readQuery(text).terms.map(({ prefix }) => prefix)
    expect(prefixes('stable dif')).toEqual([false, true])
    expect(prefixes('stable dif.')).toEqual([false, false])
    expect(prefixes('x')).toEqual([false])
    expect(prefixes('whisper for')).toEqual([false])
    expect(prefixes('"whis"')).toEqual([false])
  })

  it('reads what may be an id', () => {
    expect(readQuery(' LLM-Worker ').ids).toEqual(['llm-worker'])
    expect(readQuery('llm worker').ids).toEqual(['llm-worker'])
    expect(readQuery('音声').ids).toEqual([])
  })
})

describe('tiersOfAll', () => {
  it('names the widest set first, and each set once', () => {
    const tiers = tiersOfAll(readQuery('"zebra"'))
    expect(tiers.map(({ expression, isAhead, text }) => [expression, isAhead, text])).toEqual([
      ['"zebra"', false, 2],
      ['"zebra"', true, 5],
      ['{names tags} : ("zebra")', true, 8],
      ['names : ("zebra")', true, 10],
    ])
  })

  it('finds what means the same, for terms of several words as well', () => {
    const [widest] = tiersOfAll(readQuery('speech to text'))
    expect(widest?.expression).toContain('"asr"')
    expect(tiersOfAll(readQuery('asr'))[0]?.expression).toContain('"speech to text"')
  })
})
