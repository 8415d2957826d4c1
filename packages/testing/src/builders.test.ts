import { describe, expect, it } from 'vitest'
import { aCatalogEntry, aManifest, anUploadInput, aReleaseInput } from './builders.ts'
import { fakeClock, fakeRandomBytes } from './surroundings.ts'

describe('builders', () => {
  it('follow an overridden id', () => {
    expect(aManifest({ id: 'ocr-worker' }).binary_name).toBe('ocr-worker')
  })

  it('make values that the schemas accept', () => {
    expect(aCatalogEntry().manifest.id).toBe('echo-worker')
    expect(aReleaseInput().artifacts).toHaveLength(1)
    expect(anUploadInput().format).toBe('tar.zst')
  })

  it('refuse overrides that the schemas refuse', () => {
    expect(() => aManifest({ license: 'no such licence' })).toThrow('SPDX')
  })
})

describe('fake surroundings', () => {
  it('give the same bytes for the same seed and others for another', () => {
    expect(fakeRandomBytes(3)(16)).toEqual(fakeRandomBytes(3)(16))
    expect(fakeRandomBytes(3)(16)).not.toEqual(fakeRandomBytes(4)(16))
  })

  it('move time only when told to', () => {
    const clock = fakeClock(1000)
    clock.advance(500)
    expect(clock()).toBe(1500)
  })
})
