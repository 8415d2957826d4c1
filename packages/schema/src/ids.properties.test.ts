import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ARCHITECTURES,
  addressSchema,
  backendOf,
  binaryNameSchema,
  digestOf,
  digestSchema,
  ID_MAX_LENGTH,
  OPERATING_SYSTEMS,
  platformParts,
  platformSchema,
  RESERVED_IDS,
  sha256Of,
  sha256Schema,
  variantNameSchema,
  workerIdSchema,
} from './ids.ts'

/** Letters of the grammars, and those that break one: in paths, headers, terminals, host names and regular expressions. */
const letter = fc.constantFrom(...'ab09-_.+AZ/\\: \n\r\t\0@%ä\u200b\u0131\u212a'.split(''))
const hostile = fc.oneof(
  fc.string({ unit: letter, maxLength: 12 }),
  fc.string({ unit: letter, minLength: 95, maxLength: 105 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...RESERVED_IDS, '__proto__', 'constructor', '..', '.', 'a\n', 'llm-worker', 'x.EXE'),
  fc.stringMatching(/^[a-z0-9-]{1,101}$/),
)

/** Character by character, so that no two readings of a regular expression can differ. */
function consistsOf(letters: string, text: string): boolean {
  return text !== '' && text.split('').every((one) => letters.includes(one))
}
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-'
const HEX = '0123456789abcdef'

function isAddress(text: string): boolean {
  return consistsOf(ID_LETTERS, text) && text.length <= ID_MAX_LENGTH
}

describe('whatever the text is,', () => {
  it('an address is what its grammar says, and stays what it is', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const read = addressSchema.safeParse(text)
        expect(read.success).toBe(isAddress(text))
        if (read.success) expect(read.data).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })

  it('the id of a worker is an address without hyphens at its ends that is not reserved', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const expected =
          isAddress(text) && !text.startsWith('-') && !text.endsWith('-') && !RESERVED_IDS.has(text)
        expect(workerIdSchema.safeParse(text).success).toBe(expected)
      }),
      { numRuns: 1_000 },
    )
  })

  it('the name of a variant makes an address together with the id of a worker', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const expected = consistsOf(ID_LETTERS, text) && !text.startsWith('-') && text.length <= 40
        expect(variantNameSchema.safeParse(text).success).toBe(expected)
        if (!expected) return
        expect(addressSchema.safeParse(`llm-worker-${text}`).success).toBe(true)
        expect(text.startsWith(backendOf(text))).toBe(true)
        expect(backendOf(text)).not.toContain('-')
      }),
      { numRuns: 1_000 },
    )
  })

  it('the name of a program stays inside its folder and is no option', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        if (!binaryNameSchema.safeParse(text).success) return
        expect(text).not.toMatch(/^[.-]|[/\\:\0\s]|\.exe$/i)
        expect(text.length).toBeLessThanOrEqual(100)
      }),
      { numRuns: 1_000 },
    )
  })

  it('a digest is 64 lower-case digits, with and without its prefix', () => {
    const digits = fc.string({ unit: fc.constantFrom(...`${HEX}Gg`.split('')), minLength: 63, maxLength: 65 })
    fc.assert(
      fc.property(fc.oneof(hostile, digits), (text) => {
        const expected = consistsOf(HEX, text) && text.length === 64
        const bare = sha256Schema.safeParse(text)
        expect(bare.success).toBe(expected)
        expect(digestSchema.safeParse(`sha256:${text}`).success).toBe(expected)
        expect(digestSchema.safeParse(text).success).toBe(false)
        if (bare.success) expect(sha256Of(digestOf(bare.data))).toBe(text)
      }),
      { numRuns: 1_000 },
    )
  })

  it('a platform is one of the known pairs, and comes apart into them', () => {
    const known = OPERATING_SYSTEMS.flatMap((os) => ARCHITECTURES.map((arch) => `${os}-${arch}`))
    const nearly = fc
      .tuple(fc.constantFrom(...known), fc.constantFrom('', ' ', '\n', '-', 'x'), fc.boolean())
      .map(([platform, stray, before]) => (before ? stray + platform : platform + stray))
    fc.assert(
      fc.property(fc.oneof(hostile, nearly), (text) => {
        const read = platformSchema.safeParse(text)
        expect(read.success).toBe(known.includes(text))
        if (!read.success) return
        const { os, arch } = platformParts(read.data)
        expect(`${os}-${arch}`).toBe(text)
      }),
    )
  })
})
