import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareDottedNumbers, parseLibc, parseSize, parseVersionRange, satisfiesRange } from './ranges.ts'
import { requirementsSchema } from './requirements.ts'

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

  it('reads what it has read the same again, and refuses everything else', () => {
    const piece = fc.constantFrom('>=', '<=', '>', '<', '=', '^', '1', '12.0', '.', ' ', '\t', '\n', ',', 'x')
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (hostile) => {
        const range = parseVersionRange(hostile)
        if (range === null) return
        const written = range.map(({ operator, version }) => operator + version).join(' ')
        expect(parseVersionRange(written)).toEqual(range)
        const [digits, rewritten] = [hostile, written].map((one) => one.replaceAll(/[^\d.]/g, ''))
        expect(rewritten).toBe(digits)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is never met by two ranges that exclude each other', () => {
    const dotted = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
    fc.assert(
      fc.property(dotted, dotted, (version, limit) => {
        expect(holds(version, `>=${limit}`)).toBe(!holds(version, `<${limit}`))
        expect(holds(version, `<=${limit}`)).toBe(!holds(version, `>${limit}`))
        expect(holds(version, `=${limit}`)).toBe(holds(version, `>=${limit} <=${limit}`))
      }),
    )
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

  it('reads a whole number of bytes that a program can count with, whatever the text is', () => {
    const unit = fc.constantFrom('KiB', 'MiB', 'GiB', 'TiB', 'KB', 'kib', '')
    const number = fc.oneof(fc.double().map(String), fc.bigInt().map(String), fc.nat().map(String))
    const text = fc.oneof(
      fc.string(),
      fc.tuple(number, fc.constantFrom('', ' ', '\n', '_'), unit).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (hostile) => {
        const bytes = parseSize(hostile)
        if (bytes === null) return
        expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true)
        expect(hostile).toMatch(/^\s*[\d.]+\s*[KMGT]iB\s*$/)
      }),
      { numRuns: 1_000 },
    )
  })

  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.nat(), (number) => {
        expect(parseSize(`${number} KiB`)).toBe(number * 1024)
        expect(parseSize(` ${number}MiB\n`)).toBe(number * 1024 ** 2)
      }),
    )
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

/** Texts in which a pattern could look for the same thing at every place. */
const LONG_TEXTS = [' ', '\n', '1', '1.', '> ', '>=1 ', ' x', '(', '(MIT AND ', '1 ', '\t1 GiB'].flatMap(
  (piece) => {
    const long = piece.repeat(400_000 / piece.length)
    return [long, `musl${long}\n`, `glibc ${long}\n`, `1${long}x`, `>=${long}!`]
  },
)

// All of it takes half a second; the square of the length would take hours.
it('costs no more than the length of the text', { timeout: 20_000 }, () => {
  for (const text of LONG_TEXTS) {
    for (const parse of [parseLibc, parseSize, parseVersionRange]) parse(text)
    const refused = requirementsSchema.safeParse({ libc: [text], memory: text, cuda_version: text })
    expect(refused.success).toBe(false)
  }
})
