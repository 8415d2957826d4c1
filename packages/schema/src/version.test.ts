import { describe, expect, it } from 'vitest'
import { compareVersions, isPrerelease, latestVersion, versionSchema } from './version.ts'

const versions = (...texts: string[]) => texts.map((text) => versionSchema.parse(text))

describe('versionSchema', () => {
  it.each(['0.1.0', '1.0.0-rc.1', '1.0.0+build.5', '10.20.30'])('accepts %s', (text) => {
    expect(versionSchema.safeParse(text).success).toBe(true)
  })
  it.each([
    '1',
    '1.0',
    'v1.0.0',
    '=1.0.0',
    ' 1.0.0',
    '1.0.0 ',
    '01.0.0',
    '1.0.0-',
    '../1.0.0',
    '1.0.0/x',
    `1.0.0-${'a'.repeat(64)}`,
    '',
  ])('refuses %j', (text) => {
    expect(versionSchema.safeParse(text).success).toBe(false)
  })
})

describe('latestVersion', () => {
  it('passes over pre-releases where it can', () => {
    expect(latestVersion(versions('1.9.0', '1.10.0', '2.0.0-rc.1'))).toBe('1.10.0')
    expect(latestVersion(versions('2.0.0-rc.1', '2.0.0-rc.2'))).toBe('2.0.0-rc.2')
    expect(latestVersion([])).toBeNull()
  })
})

it('orders by precedence', () => {
  expect(versions('1.0.0', '1.0.0-rc.1', '0.9.0').toSorted(compareVersions)).toEqual([
    '0.9.0',
    '1.0.0-rc.1',
    '1.0.0',
  ])
  expect(versions('1.0.0', '1.0.0-rc.1').map(isPrerelease)).toEqual([false, true])
})
