import { DEFAULT_RATE_LIMITS } from '@rbee/catalog'
import { describe, expect, it } from 'vitest'
import { serverOptionsSchema, serverSettings } from './server-settings.ts'

function read(options: Readonly<Record<string, unknown>>) {
  const base = { port: '8787', host: '127.0.0.1', dataDir: './data' }
  return serverSettings(serverOptionsSchema.parse({ ...base, ...options }), { cwd: '/here', env: {} })
}

describe('serverSettings', () => {
  it('has defaults for a server that only this machine reaches', () => {
    expect(read({})).toEqual({
      host: '127.0.0.1',
      port: 8787,
      dataDir: '/here/data',
      blobs: { kind: 'folder', folder: '/here/data' },
      publicUrl: undefined,
      rateLimits: null,
      trustProxy: false,
      catalogs: [],
      syncIntervalMs: null,
    })
  })

  it.each([
    [{ host: 'localhost' }, null],
    [{ host: '::1' }, null],
    [{ host: '127.9.9.9' }, null],
    [{ host: '127.example.com' }, DEFAULT_RATE_LIMITS],
    [{ host: '0.0.0.0' }, DEFAULT_RATE_LIMITS],
    [{ host: '::' }, DEFAULT_RATE_LIMITS],
    [{ trustProxy: true }, DEFAULT_RATE_LIMITS],
    [{ host: '0.0.0.0', rateLimit: 'off' }, null],
    [{ rateLimit: 'pkgbuild=5' }, { list: 60, detail: 120, pkgbuild: 5, install: 10 }],
  ])('limits clients of other machines: %j', (options, limits) => {
    expect(read(options).rateLimits).toEqual(limits)
  })

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
    [true, true],
  ])('reads --trust-proxy as flag and variable: %j', (trustProxy, value) => {
    expect(read({ trustProxy }).trustProxy).toBe(value)
  })

  it.each([[{ syncInterval: '1.5' }], [{ syncInterval: '604801' }], [{ trustProxy: 'perhaps' }]])(
    'refuses %j',
    (options) => {
      expect(() => read(options)).toThrow(/must be/)
    },
  )
})
