import { describe, expect, it } from 'vitest'
import { isForCache } from './edge-cache.ts'

const asked = (path: string, init: RequestInit = {}) => new Request(`https://catalog.example${path}`, init)

describe('isForCache', () => {
  it.each([
    '/v1/workers',
    '/v1/workers?limit=5&cursor=x',
    '/v1/workers/llm-worker',
    '/v1/workers/llm-worker/1.0.0',
    '/v1/workers/llm-worker/readme',
    '/workers',
    '/workers/cpu/PKGBUILD',
    '/v1/catalog/status',
    '/v1/stats/overview',
    '/v1/log/checkpoint',
    '/v1/log/tile/entries/x001/000',
  ])('lets the cache answer %s', (path) => {
    expect(isForCache(asked(path))).toBe(true)
    expect(isForCache(asked(path, { method: 'HEAD' }))).toBe(true)
  })

  it.each<[string, string, RequestInit]>([
    ['archives, which are counted', `/v1/blobs/sha256/${'0'.repeat(64)}`, {}],
    ['uploads', '/v1/uploads/x', {}],
    ['health', '/health', {}],
    ['what the Accept field decides', '/v1/workers/llm-worker/1.0.0/download', {}],
    ['pages of other origins', '/v1/workers', { headers: { origin: 'https://rbee.dev' } }],
    ['callers with a token', '/v1/workers', { headers: { authorization: 'Bearer x' } }],
    ['what must have a tag', '/v1/workers/llm-worker', { headers: { 'if-match': '"x"' } }],
    ['ranges', '/v1/workers/llm-worker', { headers: { range: 'bytes=0-1' } }],
    ['changes', '/v1/workers/llm-worker/1.0.0', { method: 'PUT' }],
    ['names that only begin the same', '/v1/workersx', {}],
  ])('leaves %s to the Worker', (_name, path, init) => {
    expect(isForCache(asked(path, init))).toBe(false)
  })
})
