import { describe, expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { createKeptAnswers, type KeptAnswer } from './kept-answers.ts'

const MAX_BYTES = 100_000

const keptWith = (answer: Partial<Answer>): KeptAnswer => ({
  answer: { status: 200, headers: {}, body: new Uint8Array(10), ...answer },
  route: '/v1/workers/:id',
  limitClass: 'detail',
  dependsOn: 'documents',
})

describe('kept answers', () => {
  it('are found until a document changes', () => {
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES })
    const one = keptWith({})
    answers.keep('host /a', one, answers.revision)
    expect(answers.find('host /a')).toBe(one)
    expect(answers.find('host /b')).toBeUndefined()
    answers.forgetAll()
    expect(answers.find('host /a')).toBeUndefined()
  })

  it('are not kept when a document changed while they were made', () => {
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES })
    const { revision } = answers
    answers.forgetAll()
    answers.keep('host /a', keptWith({}), revision)
    expect(answers.find('host /a')).toBeUndefined()
  })

  it.each([
    ['a failure', { status: 404 }],
    ['a stream', { body: new ReadableStream<Uint8Array>() }],
    ['what is larger than the memory', { body: new Uint8Array(MAX_BYTES / 8) }],
  ])('are never %s', (_name, answer) => {
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES })
    answers.keep('host /a', keptWith(answer), answers.revision)
    expect(answers.find('host /a')).toBeUndefined()
  })

  it('are found for a minute where they show figures', () => {
    let time = 0
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES, now: () => time })
    const one: KeptAnswer = { ...keptWith({}), dependsOn: 'figures' }
    const next = { ...one }
    answers.keep('host /a', one, answers.revision)
    time = 59_999
    expect(answers.find('host /a')).toBe(one)
    time = 60_000
    expect(answers.find('host /a')).toBeUndefined()
    answers.keep('host /a', next, answers.revision)
    expect(answers.find('host /a')).toBe(next)
  })

  it('stay where no document changes them', () => {
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES })
    const one: KeptAnswer = { ...keptWith({}), dependsOn: 'program' }
    const { revision } = answers
    answers.forgetAll()
    answers.keep('host /a', one, revision)
    answers.forgetAll()
    expect(answers.find('host /a')).toBe(one)
  })

  it('are kept in a coding as long as they are kept', () => {
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES })
    const one = keptWith({})
    const coded = { ...one.answer, body: new Uint8Array(5) }
    answers.keepCoded('host /a', one, 'br', coded)
    expect(answers.findCoded(one, 'br')).toBeUndefined()
    answers.keep('host /a', one, answers.revision)
    answers.keepCoded('host /a', one, 'br', coded)
    expect(answers.findCoded(one, 'br')).toBe(coded)
    expect(answers.findCoded(one, 'gzip')).toBeUndefined()
    answers.forgetAll()
    answers.keepCoded('host /a', one, 'gzip', coded)
    expect(answers.findCoded(one, 'gzip')).toBeUndefined()
  })

  it('stay within their memory, in whatever codings they are kept', () => {
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES })
    for (let number = 0; number < 1000; number += 1) {
      const one = keptWith({})
      answers.keep(`host /a?${number}`, one, answers.revision)
      answers.keepCoded(`host /a?${number}`, one, 'br', { ...one.answer, body: new Uint8Array(5) })
    }
    const found = Array.from({ length: 1000 }, (_, number) => answers.find(`host /a?${number}`))
    // Each takes at least 8 kB as it is and compressed.
    expect(found.filter((one) => one !== undefined).length).toBeLessThan(MAX_BYTES / 8000)
    expect(found.at(-1)).toMatchObject({ route: '/v1/workers/:id' })
  })

  it('that are asked for stay beside thousands that are asked for once', () => {
    const answers = createKeptAnswers({ maxBytes: MAX_BYTES })
    const home = keptWith({})
    answers.keep('host /', home, answers.revision)
    for (let number = 0; number < 10_000; number += 1) {
      answers.keep(`host /search?q=${number}`, keptWith({}), answers.revision)
      expect(answers.find('host /')).toBe(home)
    }
  })
})
