import { describe, expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { createKeptAnswers, type KeptAnswer } from './kept-answers.ts'

const keptWith = (answer: Partial<Answer>): KeptAnswer => ({
  answer: { status: 200, headers: {}, body: new Uint8Array(10), ...answer },
  route: '/v1/workers/:id',
  limitClass: 'detail',
})

describe('kept answers', () => {
  it('are found until a document changes', () => {
    const answers = createKeptAnswers({ maxBytes: 10_000 })
    const one = keptWith({})
    answers.keep('host /a', one, answers.revision)
    expect(answers.find('host /a')).toBe(one)
    expect(answers.find('host /b')).toBeUndefined()
    answers.forgetAll()
    expect(answers.find('host /a')).toBeUndefined()
  })

  it('are not kept when a document changed while they were made', () => {
    const answers = createKeptAnswers({ maxBytes: 10_000 })
    const { revision } = answers
    answers.forgetAll()
    answers.keep('host /a', keptWith({}), revision)
    expect(answers.find('host /a')).toBeUndefined()
  })

  it.each([
    ['a failure', { status: 404 }],
    ['a stream', { body: new ReadableStream<Uint8Array>() }],
    ['what is larger than the memory', { body: new Uint8Array(20_000) }],
  ])('are never %s', (_name, answer) => {
    const answers = createKeptAnswers({ maxBytes: 10_000 })
    answers.keep('host /a', keptWith(answer), answers.revision)
    expect(answers.find('host /a')).toBeUndefined()
  })

  it('are found for a minute where they show figures', () => {
    let time = 0
    const answers = createKeptAnswers({ maxBytes: 10_000, now: () => time })
    const one = { ...keptWith({}), showsFigures: true }
    const next = { ...one }
    answers.keep('host /a', one, answers.revision)
    time = 59_999
    expect(answers.find('host /a')).toBe(one)
    time = 60_000
    expect(answers.find('host /a')).toBeUndefined()
    answers.keep('host /a', next, answers.revision)
    expect(answers.find('host /a')).toBe(next)
  })

  it('stay within their memory, whatever is asked', () => {
    const answers = createKeptAnswers({ maxBytes: 10_000 })
    for (let number = 0; number < 1000; number += 1) {
      answers.keep(`host /a?${number}`, keptWith({}), answers.revision)
    }
    const found = Array.from({ length: 1000 }, (_, number) => answers.find(`host /a?${number}`))
    expect(found.filter((one) => one !== undefined).length).toBeLessThan(10)
    expect(found.at(-1)).toMatchObject({ route: '/v1/workers/:id' })
  })
})
