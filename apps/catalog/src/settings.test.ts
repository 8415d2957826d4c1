import { describe, expect, it } from 'vitest'
import { rateLimitsSchema } from './settings.ts'

describe('rateLimitsSchema', () => {
  it.each([
    ['off', null],
    ['list=1,detail=2,pkgbuild=3', { list: 1, detail: 2, pkgbuild: 3 }],
    ['pkgbuild=9,list=1000000', { list: 1_000_000, detail: 120, pkgbuild: 9 }],
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
