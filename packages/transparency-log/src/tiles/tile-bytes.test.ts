import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bundleBytes, ENTRY_MAX_BYTES, parseBundle, parseTile } from './tile-bytes.ts'

const invalid = expect.objectContaining({ code: 'log_invalid' })

describe('bundles of entries', () => {
  it('give back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 }), (entries) => {
        expect(parseBundle(bundleBytes(entries), 256)).toEqual(entries)
      }),
    )
    const longest = new Uint8Array(ENTRY_MAX_BYTES).fill(7)
    expect(parseBundle(bundleBytes([longest]), 1)).toEqual([longest])
    expect(() => bundleBytes([new Uint8Array(ENTRY_MAX_BYTES + 1)])).toThrow(RangeError)
  })

  it('are refused where an entry is cut off or there are too many', () => {
    const bytes = bundleBytes([Uint8Array.of(1, 2, 3), Uint8Array.of(4)])
    for (const end of [1, 2, 4, 6, 7]) expect(() => parseBundle(bytes.subarray(0, end), 2)).toThrow(invalid)
    expect(() => parseBundle(bytes, 1)).toThrow(invalid)
  })
})

it('takes only tiles of exactly the stated size', () => {
  expect(parseTile(new Uint8Array(64), 2)).toHaveLength(2)
  for (const length of [0, 32, 63, 65, 96])
    expect(() => parseTile(new Uint8Array(length), 2)).toThrow(invalid)
})
