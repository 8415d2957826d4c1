import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { acceptedCoding, CONTENT_CODINGS } from './content-coding.ts'

describe('acceptedCoding', () => {
  it.each([
    [null, null],
    ['', null],
    ['gzip', 'gzip'],
    ['GZip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate, zstd', 'zstd'],
    ['gzip, deflate', 'gzip'],
    ['deflate, compress', null],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['gzip;q=0.001', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', null],
    ['gzip ; q=0.8 ,\tbr ; q=0.7', 'gzip'],
    ['*', 'gzip'],
    ['*;q=0', null],
    ['gzip;q=0, *', null],
    ['br;q=0.2, *;q=0.1', 'br'],
    ['identity', null],
    ['identity, gzip;q=0.5', null],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['identity;q=0.5, gzip', 'gzip'],
    ['identity;q=0.5, *;q=0.1', null],
    ['gzip;q=2, br;q=-1, zstd;q=0.1234, x', null],
    ['gzip;level=9, br', 'br'],
    [', ,gzip,', 'gzip'],
    ['gzip br', null],
  ])('of "%s" is %s', (field, coding) => {
    expect(acceptedCoding(field).coding).toBe(coding)
  })

  it.each([
    ['identity;q=0', true],
    ['gzip, identity;q=0.0', true],
    ['*;q=0', true],
    ['gzip, *;q=0', true],
    ['gzip, *;q=0, identity;q=0.1', false],
    ['gzip', false],
    ['', false],
  ])('says of "%s" whether the bytes as they are are refused', (field, refuses) => {
    expect(acceptedCoding(field).refusesIdentity).toBe(refuses)
  })

  it('reads any field, the same way each time', () => {
    const part = fc.oneof(
      fc.constantFrom('gzip', 'br', 'zstd', 'identity', '*', ';q=0', ';q=0.5', ',', ' ', ';', 'q='),
      fc.string(),
    )
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const field = parts.join('')
        const { coding } = acceptedCoding(field)
        expect(coding === null || CONTENT_CODINGS.includes(coding)).toBe(true)
        expect(acceptedCoding(field)).toEqual(acceptedCoding(field))
      }),
    )
  })
})
