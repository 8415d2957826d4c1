import { DEFAULT_RATE_LIMITS } from '@rbee/catalog'
import { describe, expect, it } from 'vitest'
import { serverOptionsSchema, serverSettings } from './server-settings.ts'

interface Around {
  readonly quiet?: boolean
  readonly interactive?: boolean
  readonly env?: Readonly<Record<string, string>>
}

function read(
  options: Readonly<Record<string, unknown>>,
  { quiet = false, interactive = false, env = {} }: Around = {},
) {
  const base = { port: '8787', host: '127.0.0.1', dataDir: './data' }
  const surroundings = { cwd: '/here', env, quiet, terminal: { interactive } }
  return serverSettings(serverOptionsSchema.parse({ ...base, ...options }), surroundings)
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
      metrics: 'open',
      graceMs: 30_000,
      logging: { format: 'json', level: 'info' },
      repositoriesWanted: 'asked',
      servesSources: true,
      transferRules: { waitMs: 7 * 86_400_000, orphanAfterMs: 180 * 86_400_000 },
      mail: { from: undefined, smtpUrl: undefined },
    })
  })

  it('logs for people where one sits in front of it, and less with --quiet', () => {
    expect(read({}, { interactive: true }).logging).toEqual({ format: 'text', level: 'info' })
    expect(read({}, { quiet: true }).logging).toEqual({ format: 'json', level: 'warn' })
    const stated = { logFormat: 'off', logLevel: 'error' }
    expect(read(stated, { interactive: true, quiet: true }).logging).toEqual({
      format: 'off',
      level: 'error',
    })
  })

  it.each([
    [{}, 'open'],
    [{ publicUrl: 'http://localhost:8787' }, 'open'],
    [{ publicUrl: 'https://catalog.example' }, 'token'],
    [{ host: '0.0.0.0' }, 'token'],
    [{ trustProxy: true }, 'token'],
    [{ host: '0.0.0.0', metrics: 'open' }, 'open'],
    [{ metrics: 'off' }, 'off'],
  ])('shows the figures of a server with %j to: %s', (options, readers) => {
    expect(read(options).metrics).toBe(readers)
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
    [{ rateLimit: 'pkgbuild=5' }, { ...DEFAULT_RATE_LIMITS, pkgbuild: 5 }],
  ])('limits clients of other machines: %j', (options, limits) => {
    expect(read(options).rateLimits).toEqual(limits)
  })

  it.each([
    [undefined, undefined],
    ['server', { kind: 'server' }],
    ['store', { kind: 'store', endpoint: null }],
    ['https://store.example', { kind: 'store', endpoint: new URL('https://store.example') }],
  ])('leads who bought something to %s', (licensedLinks, links) => {
    const env = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'hunter2', AWS_REGION: 'eu-west-1' }
    expect(read({ blobs: 's3://workers', licensedLinks }, { env }).licensedLinks).toEqual(links)
  })

  it.each(['', 'bucket', 'ftp://x', 'https://a:hunter2@x', 'https://x/workers'])(
    'refuses to lead who bought something to %j',
    (licensedLinks) => {
      expect(() => read({ licensedLinks })).toThrow()
    },
  )

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
