import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareDottedNumbers,
  parseLibc,
  parseSize,
  parseVersionRange,
  satisfiesRange,
} from './requirements.ts'

function holds(version: string, range: string): boolean {
  const parsed = parseVersionRange(range)
  if (parsed === null) throw new Error(`"${range}" is not a range`)
  return satisfiesRange(version, parsed)
}

describe('parseVersionRange', () => {
  it.each([
    ['525.60.13', '>=525.60', true],
    ['525.60', '>=525.60.13', false],
    ['12', '>=12.0', true],
    ['12.0', '=12', true],
    ['12.0', '12', true],
    ['12.10', '>12.9', true],
    ['8.9', '>=7.0 <12.0', true],
    ['12.0', '>=7.0 <12.0', false],
    ['08.09', '=8.9', true],
    ['550.54.14-server', '>=550.54.14', true],
    ['unknown', '>=0', false],
    ['', '>=0', false],
    ['1.2', '> 1.1  <= 1.2', true],
    ['99999999999999999999.1', '>99999999999999999998', true],
  ])('%s in %s is %s', (version, range, expected) => {
    expect(holds(version, range)).toBe(expected)
  })

  it.each(['', ' ', '>=', '^1.0', '>=1.x', '1..2', '>=1.0,<2', '>= <', '=>1', 'v1'])('refuses %j', (text) => {
    expect(parseVersionRange(text)).toBeNull()
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseVersionRange(text)))
  })
})

describe('compareDottedNumbers', () => {
  it('orders totally, and ignores missing parts and leading zeros', () => {
    const dotted = fc.array(fc.nat(300), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(dotted, dotted, (a, b) => {
        const order = compareDottedNumbers(a.join('.'), b.join('.'))
        expect(compareDottedNumbers(b.join('.'), a.join('.'))).toBe(order === 0 ? 0 : -order)
        expect(compareDottedNumbers(`${a.join('.')}.0`, `0${a.join('.')}`)).toBe(0)
      }),
    )
  })
})

describe('parseSize', () => {
  it.each([
    ['4 GiB', 4 * 2 ** 30],
    ['512MiB', 512 * 2 ** 20],
    ['1.5 TiB', 1.5 * 2 ** 40],
    ['0 KiB', 0],
  ])('reads %s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  it.each(['4', '4 GB', '-1 GiB', 'GiB', '4 gib', '9999999999 TiB', '4 GiB extra'])('refuses %j', (text) => {
    expect(parseSize(text)).toBeNull()
  })
})

describe('parseLibc', () => {
  it('reads a library with and without range', () => {
    expect(parseLibc('musl')).toEqual({ name: 'musl', range: [] })
    expect(parseLibc('glibc >=2.31')).toEqual({ name: 'glibc', range: [{ operator: '>=', version: '2.31' }] })
  })

  it.each(['uclibc >=1', 'glibc>=2.31', 'glibc new', ''])('refuses %j', (text) => {
    expect(parseLibc(text)).toBeNull()
  })
})
