import { describe, expect, it } from 'vitest'
import { originSchema, rateLimitsSchema } from './settings.ts'

describe('rateLimitsSchema', () => {
  it.each([
    ['off', null],
    ['list=1,detail=2,pkgbuild=3,install=4', { list: 1, detail: 2, pkgbuild: 3, install: 4 }],
    ['pkgbuild=9,list=1000000', { list: 1_000_000, detail: 120, pkgbuild: 9, install: 10 }],
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
})
