import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accessFields, loggedPath } from './access-log.ts'
import { jsonLine } from './json-lines.ts'

const ANSWERED = {
  id: 'abc-1',
  method: 'GET',
  path: '/v1/workers/llm-worker',
  route: '/v1/workers/:id',
  status: 200,
  receivedBytes: 0,
  bytes: 2545,
  milliseconds: 0.43219,
  client: '192.0.2.7',
  aborted: false,
}

describe('accessFields', () => {
  it('tell what was asked and answered, and of the client its network', () => {
    expect(accessFields(ANSWERED)).toEqual({
      request_id: 'abc-1',
      method: 'GET',
      path: '/v1/workers/llm-worker',
      route: '/v1/workers/:id',
      status: 200,
      bytes: 2545,
      duration_ms: 0.432,
      client: '192.0.2.0/24',
    })
  })

  it('say where an answer was broken off', () => {
    expect(accessFields({ ...ANSWERED, aborted: true })).toMatchObject({ aborted: true })
  })
})

describe('loggedPath', () => {
  it.each([
    '/',
    '/v1/workers/llm-worker-rbee-cpu/1.0.0-rc.1+build.5/download',
    '/workers/llm-worker/PKGBUILD',
    `/v1/blobs/sha256/${'0123456789abcdef'.repeat(4)}`,
    '/v1/uploads/dGhpcyBpcyBu/parts/3',
    '//',
  ])('shows %s', (path) => {
    expect(loggedPath(path)).toBe(path)
  })

  it.each([
    ['/v1/tokens/rbee_op_short', '/v1/tokens/[hidden]'],
    ['/v1/rbee_pub_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE', '/v1/[hidden]'],
    ['/v1/RBEE_OP_short', '/v1/[hidden]'],
    ['/v1/%72bee_op_short', '/v1/[hidden]'],
    ['/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '/[hidden]'],
    ['http://user:password@host/workers', '[hidden]//[hidden]/workers'],
    ['/a;token=secret', '/[hidden]'],
    ['/a@b', '/[hidden]'],
    ['*', '[hidden]'],
  ])('hides what may be a secret in %s', (path, shown) => {
    expect(loggedPath(path)).toBe(shown)
  })

  it('is never long', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 200, maxLength: 2000 }), (path) => {
        expect(loggedPath(path).length).toBeLessThanOrEqual(301)
      }),
    )
  })
})

describe('jsonLine', () => {
  it('is one line that reads back, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.object(), (message, fields) => {
        const line = jsonLine(1_795_000_000_000, 'info', message, { fields })
        expect(line).not.toMatch(/[\n\r]/)
        expect(JSON.parse(line)).toMatchObject({ time: '2026-11-18T11:06:40.000Z', level: 'info', message })
      }),
    )
  })

  it('describes errors with their cause', () => {
    const error = new Error('outer', { cause: new TypeError('inner') })
    expect(JSON.parse(jsonLine(0, 'error', 'failed', { error }))).toMatchObject({
      error: { name: 'Error', message: 'outer', stack: expect.any(String), cause: { name: 'TypeError' } },
    })
  })
})
