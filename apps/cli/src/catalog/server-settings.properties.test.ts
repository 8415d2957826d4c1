import { RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blobsPlace, blobsSchema } from './blobs-place.ts'
import { serverOptionsSchema, serverSettings } from './server-settings.ts'

const BASE = { port: '8787', host: '127.0.0.1', dataDir: './data' }
const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.nat().map(String),
  fc.integer().map(String),
  fc.constantFrom(
    '',
    '0',
    '-0',
    '65535',
    '65536',
    '1e3',
    '0x10',
    ' 1',
    '1\n',
    '٣',
    '604800',
    '604801',
    '3600',
    '3601',
  ),
  fc.constantFrom(
    '1h',
    '5m',
    'NaN',
    'Infinity',
    '9'.repeat(40),
    '::1',
    '127.0.0.1',
    'a b',
    '-x',
    '$(x)',
    'a\0b',
  ),
)
/** A whole number in plain digits, up to a largest one. */
const isNumberUpTo = (max: number) => (text: string) =>
  /^[0-9]+$/.test(text) && text.length <= 6 && Number(text) <= max

describe('whatever the text of a setting is,', () => {
  it.each([
    ['port', isNumberUpTo(65_535)],
    ['syncInterval', isNumberUpTo(604_800)],
    ['grace', isNumberUpTo(3_600)],
  ] as const)('%s is a number in its bounds or refused', (name, isGood) => {
    fc.assert(
      fc.property(hostile, (text) => {
        const read = serverOptionsSchema.safeParse({ ...BASE, [name]: text })
        // Leading zeros are digits, too; more of them than the largest number has are refused.
        if (read.success) expect([isGood(text), read.data[name]]).toEqual([true, Number(text)])
        else expect(!isGood(text) || text.length > 4).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('a host is an address or a name that no URL reads as more', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const host = serverOptionsSchema.safeParse({ ...BASE, host: text }).data?.host
        if (host === undefined) return
        expect(host).toBe(text)
        expect(host).toMatch(/^[A-Za-z0-9.:%-]+$/)
      }),
      { numRuns: 1_000 },
    )
  })

  it('the other words are among those that are known', () => {
    const words = fc.oneof(
      hostile,
      fc.constantFrom('json', 'text', 'off', 'info', 'open', 'token', 'true', 'yes'),
    )
    const options = fc.record(
      { logFormat: words, logLevel: words, metrics: words, trustProxy: words, rateLimit: words },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(options, (stated) => {
        const read = serverOptionsSchema.safeParse({ ...BASE, ...stated })
        if (!read.success) return
        const surroundings = { cwd: '/here', env: {}, quiet: false, terminal: { interactive: false } }
        const settings = serverSettings(read.data, surroundings)
        expect(['open', 'token', 'off']).toContain(settings.metrics)
        expect(typeof settings.trustProxy).toBe('boolean')
        expect(settings.dataDir).toBe('/here/data')
      }),
      { numRuns: 1_000 },
    )
  })

  it('blobs lie in a folder, or in a bucket whose address nothing in the setting changes', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'file:',
        's3://',
        '/',
        '..',
        '.',
        'bucket',
        'a.b',
        '@evil',
        ':8080',
        '?x',
        '#x',
        '%2f',
        '\\',
      ),
      fc.constantFrom('BUCKET', 'prefix', ' ', '\n', '//', 'a'.repeat(70)),
      fc.string({ maxLength: 3 }),
    )
    const env = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'very secret', AWS_REGION: 'eu-west-1' }
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const setting = blobsSchema.safeParse(pieces.join('')).data
        if (setting === undefined) return
        try {
          const place = blobsPlace(setting, { cwd: '/here', dataDir: '/here/data', env })
          if (place.kind === 'folder') return
          const { bucket, prefix, endpoint } = place.bucket
          expect(endpoint.href).toBe('https://s3.eu-west-1.amazonaws.com/')
          expect(bucket).toMatch(/^[a-z0-9.-]{3,63}$/)
          expect(prefix).toMatch(/^(?:[A-Za-z0-9._-]+\/)*$/)
          expect(prefix.split('/')).not.toContain('..')
        } catch (error) {
          if (!(error instanceof RbeeError)) throw error
          expect(error.code).toBe('setting_invalid')
          expect(error.message).not.toContain('very secret')
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
