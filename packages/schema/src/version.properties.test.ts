import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, VERSION_MAX_LENGTH, type Version, versionSchema } from './version.ts'

/** The grammar of Semantic Versioning 2.0.0 as its authors give it (semver.org, "suggested regular expression"). */
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/

const words = fc.array(fc.stringMatching(/^[0-9A-Za-z-]{1,4}$/), { minLength: 1, maxLength: 3 })
const part = fc.nat({ max: 120 })
const nearlyVersion = fc
  .tuple(part, part, part, fc.option(words), fc.option(words), fc.constantFrom('', ' ', 'v', '/', '\n', '.'))
  .map(([major, minor, patch, pre, build, stray]) => {
    const suffix = `${pre ? `-${pre.join('.')}` : ''}${build ? `+${build.join('.')}` : ''}`
    return `${stray === 'v' ? stray : ''}${major}.${minor}.${patch}${suffix}${stray === 'v' ? '' : stray}`
  })
const version = nearlyVersion
  .map((text) => versionSchema.safeParse(text).data)
  .filter((parsed): parsed is Version => parsed !== undefined)

describe('versions', () => {
  it('are what the grammar of Semantic Versioning says, and no longer than an address takes', () => {
    fc.assert(
      fc.property(fc.oneof(nearlyVersion, fc.string(), fc.string({ unit: 'binary' })), (text) => {
        const expected = SEMVER.test(text) && text.length <= VERSION_MAX_LENGTH
        expect(versionSchema.safeParse(text).success).toBe(expected)
      }),
      { numRuns: 1_000 },
    )
  })

  it('are ordered totally', () => {
    fc.assert(
      fc.property(version, version, version, (one, other, third) => {
        expect(Math.sign(compareVersions(one, other))).toBe(-Math.sign(compareVersions(other, one)) + 0)
        const [low = one, middle = one, high = one] = [one, other, third].toSorted(compareVersions)
        expect(compareVersions(low, middle)).toBeLessThanOrEqual(0)
        expect(compareVersions(middle, high)).toBeLessThanOrEqual(0)
        expect(compareVersions(low, high)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
