import { describe, expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { codingFor, inCoding, negotiated } from './coded-answers.ts'

const asking = (fields: Readonly<Record<string, string>>) => ({
  field: (name: string) => fields[name] ?? null,
})
const answerOf = (contentType: string, size = 5000, more: Partial<Answer> = {}): Answer => ({
  status: 200,
  headers: { 'Content-Type': contentType, ETag: '"tag"' },
  body: new Uint8Array(size),
  ...more,
})

describe('codingFor', () => {
  it.each([
    'text/html; charset=utf-8',
    'text/css; charset=utf-8',
    'text/javascript; charset=utf-8',
    'application/json; charset=utf-8',
    'application/schema+json',
    'application/vnd.dsse.envelope.v1+json',
    'application/atom+xml; charset=utf-8',
    'application/xml; charset=utf-8',
    'image/svg+xml; charset=utf-8',
  ])('is what the client likes for %s', (contentType) => {
    const answer = answerOf(contentType)
    expect(codingFor(asking({ 'accept-encoding': 'gzip' }), answer)).toBe('gzip')
    expect(negotiated(answer).headers.Vary).toBe('Origin, Accept-Encoding')
  })

  it.each([
    ['pictures', answerOf('image/png')],
    ['archives', answerOf('application/octet-stream')],
    ['packages', answerOf('application/zstd')],
    ['failures', answerOf('text/html', 5000, { status: 404 })],
    ['empty bodies', answerOf('text/html', 0)],
    ['bodies that take long', answerOf('text/html', 9 * 2 ** 20)],
    ['streams', answerOf('text/html', 0, { body: new ReadableStream() })],
  ])('is none for %s', (_what, answer) => {
    expect(codingFor(asking({ 'accept-encoding': 'gzip, identity;q=0' }), answer)).toBeNull()
    expect(negotiated(answer)).toBe(answer)
  })

  it('is none for short bodies, unless they are refused as they are', () => {
    const short = answerOf('text/html', 100)
    expect(codingFor(asking({ 'accept-encoding': 'br' }), short)).toBeNull()
    expect(codingFor(asking({ 'accept-encoding': 'br, identity;q=0' }), short)).toBe('br')
  })

  it('is none where a token is sent', () => {
    const asked = asking({ 'accept-encoding': 'br', authorization: 'Bearer x' })
    expect(codingFor(asked, answerOf('text/html'))).toBeNull()
  })
})

describe('inCoding', () => {
  it('gives the coded answer a tag of its own, and keeps all other fields', async () => {
    const answer = negotiated(answerOf('text/html', 5000))
    const coded = await inCoding(answer, 'zstd', async () => new Uint8Array(10))
    expect(coded).toEqual({
      status: 200,
      headers: { ...answer.headers, ETag: '"tag-zstd"', 'Content-Encoding': 'zstd' },
      body: new Uint8Array(10),
    })
  })

  it('adds to what an answer already varies with', () => {
    const headers = { 'Content-Type': 'text/html', Vary: 'Origin, Accept' }
    expect(negotiated(answerOf('text/html', 5000, { headers })).headers.Vary).toBe(
      'Origin, Accept, Accept-Encoding',
    )
  })

  it('is the answer as it is where that is no longer, and null where nobody has time', async () => {
    const answer = answerOf('text/html', 50)
    expect(await inCoding(answer, 'br', async () => new Uint8Array(50))).toBe(answer)
    expect(await inCoding(answer, 'br', async () => null)).toBeNull()
  })
})
