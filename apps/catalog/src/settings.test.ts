import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULT_RATE_LIMITS,
  originSchema,
  publicUrlSchema,
  RATE_LIMIT_CLASSES,
  rateLimitsSchema,
  reportAddressSchema,
} from './settings.ts'

describe('rateLimitsSchema', () => {
  it.each([
    ['off', null],
    [
      'list=1,detail=2,pkgbuild=3,install=4,oidc=5',
      { list: 1, detail: 2, pkgbuild: 3, install: 4, oidc: 5, license: 60, page: 240, search: 120 },
    ],
    [
      'pkgbuild=9,list=1000000',
      {
        list: 1_000_000,
        detail: 120,
        pkgbuild: 9,
        install: 10,
        oidc: 30,
        license: 60,
        page: 240,
        search: 120,
      },
    ],
  ])('reads %s', (text, limits) => {
    expect(rateLimitsSchema.parse(text)).toEqual(limits)
  })

  it.each([
    '',
    'on',
    'list',
    'list=0',
    'list=-1',
    'list=1.5',
    'list=99999999',
    'list=1,list=2',
    'list=1,',
    'lists=1',
    'off,list=1',
  ])('refuses "%s"', (text) => {
    expect(rateLimitsSchema.safeParse(text).error?.issues[0]?.message).toMatch(/^must be off or list=N/)
  })

  it('reads what is stated, whichever classes and in whichever order', () => {
    const limits = fc.dictionary(
      fc.constantFrom(...RATE_LIMIT_CLASSES),
      fc.integer({ min: 1, max: 9_999_999 }),
      {
        minKeys: 1,
      },
    )
    fc.assert(
      fc.property(limits, (stated) => {
        const text = Object.entries(stated).map(([name, limit]) => `${name}=${limit}`)
        expect(rateLimitsSchema.parse(text.join(','))).toEqual({ ...DEFAULT_RATE_LIMITS, ...stated })
      }),
    )
  })

  it('gives a limit from 1 for each class and nothing else, or refuses, whatever the text is', () => {
    const piece = fc.constantFrom(
      ...RATE_LIMIT_CLASSES,
      '=',
      ',',
      '0',
      '1',
      '60',
      ' ',
      '\n',
      'off',
      '__proto__',
      '-',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (hostile) => {
        const limits = rateLimitsSchema.safeParse(hostile).data
        if (limits === undefined) return
        if (limits === null) {
          expect(hostile).toBe('off')
          return
        }
        expect(Object.keys(limits).toSorted()).toEqual([...RATE_LIMIT_CLASSES].toSorted())
        for (const name of RATE_LIMIT_CLASSES) {
          expect(Number.isInteger(limits[name]) && limits[name] >= 1).toBe(true)
          if (limits[name] !== DEFAULT_RATE_LIMITS[name]) expect(hostile).toContain(`${name}=${limits[name]}`)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

/** Nearly addresses. */
const address = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'https://',
        'http://',
        'ftp://',
        'HTTPS://',
        'javascript:',
        '//',
        '*',
        'null',
        'user:pw@',
      ),
      fc.constantFrom(
        'example.com',
        'EXAMPLE.com',
        'localhost',
        '127.0.0.1',
        '[::1]',
        '127.1',
        '0x7f.1',
        'bücher',
      ),
      fc.constantFrom(':443', ':80', ':8443', ':', '/', '/a', '?x', '#x', '.', '\\', ' ', '\n', '%2f', '\t'),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''))

describe('publicUrlSchema', () => {
  it.each(['https://example.com/?', 'https://example.com/#', 'https://example.com//'])(
    'takes nothing of %s but the address',
    (text) => {
      expect(publicUrlSchema.parse(text)).toBe('https://example.com')
    },
  )

  it('gives a plain address that stays what it is and leaves the machine by https only', () => {
    fc.assert(
      fc.property(address, (text) => {
        const url = publicUrlSchema.safeParse(text).data
        if (url === undefined) return
        expect(publicUrlSchema.parse(url)).toBe(url)
        expect(url).not.toMatch(/\/$|[\s?#]/)
        const { protocol, hostname } = new URL(url)
        if (protocol !== 'https:') {
          expect(protocol).toBe('http:')
          expect(['localhost', '127.0.0.1', '[::1]']).toContain(hostname)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('originSchema', () => {
  it.each(['https://example.com', 'http://localhost:7836', 'https://[2001:db8::1]:8443'])(
    'takes %s',
    (text) => {
      expect(originSchema.parse(text)).toBe(text)
    },
  )

  it.each([
    '',
    '*',
    'null',
    'example.com',
    'https://example.com/',
    'https://example.com/x',
    'https://EXAMPLE.com',
    'https://example.com:443',
    'https://user@example.com',
    'ftp://example.com',
    'file:///x',
    'javascript:alert(1)',
  ])('refuses "%s", which no browser would send', (text) => {
    expect(originSchema.safeParse(text).error?.issues[0]?.message).toMatch(/^must be an origin/)
  })

  it('takes what a browser sends as the origin of some page, and nothing else', () => {
    fc.assert(
      fc.property(address, (text) => {
        const page = URL.canParse(text) ? new URL(text) : null
        const isWeb = page !== null && /^https?:$/.test(page.protocol)
        if (isWeb) expect(originSchema.parse(page.origin)).toBe(page.origin)
        expect(originSchema.safeParse(text).success).toBe(isWeb && page.origin === text)
      }),
      { numRuns: 3_000 },
    )
  })
})

describe('where reports go', () => {
  it.each([
    ['https://git.example/o/r/issues/new', 'https://git.example/o/r/issues/new'],
    ['abuse@example.org', 'mailto:abuse@example.org'],
  ])('is read from %s', (text, address) => {
    expect(reportAddressSchema.parse(text)).toBe(address)
  })

  it.each([
    '',
    'http://git.example',
    'javascript:alert(1)',
    'https://user:secret@git.example',
    'a b@example.org',
  ])('is not %j', (text) => {
    expect(reportAddressSchema.safeParse(text).success).toBe(false)
  })
})
