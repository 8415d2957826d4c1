import { compareVersions, versionSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { vcsVersion } from './vcs-version.ts'

describe('vcsVersion', () => {
  it.each([
    ['1.2.0.r14.g1a2b3c4', '1.2.0-r.14.g1a2b3c4'],
    ['1.2.r14.1a2b3c4', '1.2.0-r.14.g1a2b3c4'],
    ['1.2.0_r14_g1a2b3c4', '1.2.0-r.14.g1a2b3c4'],
    ['1.2.0+r14+g1a2b3c4', '1.2.0-r.14.g1a2b3c4'],
    ['r123.0123456', '0.0.0-r.123.g0123456'],
    ['20260102.1a2b3c4', '20260102.0.0-g1a2b3c4'],
    ['1.2.0.r0', '1.2.0-r.0'],
  ])('%s is %s', (pkgver, version) => {
    expect(vcsVersion(pkgver)).toBe(version)
    expect(versionSchema.safeParse(version).success).toBe(true)
  })

  it.each(['1.2', '2026.1', 'one', '1.2.3.4.r5', 'r', '', '1.2.0.beta'])('leaves %s alone', (pkgver) => {
    expect(vcsVersion(pkgver)).toBeNull()
  })

  it('counts commits as a number', () => {
    const [older, newer] = ['1.2.0.r9.g1a2b3c4', '1.2.0.r14.g0a2b3c4'].map((text) =>
      versionSchema.parse(vcsVersion(text)),
    )
    expect(older !== undefined && newer !== undefined && compareVersions(older, newer)).toBeLessThan(0)
  })
})
