import { describe, expect, it } from 'vitest'
import { endToEndHeaders } from './headers.ts'

describe('endToEndHeaders', () => {
  it('keeps order, spelling and repetition, and drops what belongs to one connection', () => {
    const raw = [
      ...['Host', 'a', 'X-Two', '1', 'Connection', 'X-Private, keep-alive', 'x-two', '2'],
      ...['X-Private', 'secret', 'Keep-Alive', 'timeout=5', 'TE', 'trailers', 'Upgrade', 'h2c'],
    ]
    expect(endToEndHeaders(raw, 'request')).toEqual(['Host', 'a', 'X-Two', '1', 'x-two', '2'])
  })

  it('keeps what frames a request, whatever its sender calls connection-bound', () => {
    const raw = ['Connection', 'content-length, host', 'Content-Length', '3', 'Host', 'a']
    expect(endToEndHeaders(raw, 'request')).toEqual(['Content-Length', '3', 'Host', 'a'])
    const chunked = ['Transfer-Encoding', 'chunked', 'Trailer', 'Digest']
    expect(endToEndHeaders(chunked, 'request')).toEqual(chunked)
    expect(endToEndHeaders(chunked, 'response')).toEqual(['Trailer', 'Digest'])
  })
})
