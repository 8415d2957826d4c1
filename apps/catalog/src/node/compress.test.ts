import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createCompress } from './compress.ts'

const PAGE = new TextEncoder().encode('<p>A page of some words.</p>'.repeat(200))

describe('compress', () => {
  it.each([
    ['br', brotliDecompressSync],
    ['zstd', zstdDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('makes %s, the same each time and no larger than it has to be', async (coding, decompress) => {
    const compress = createCompress(8)
    const [first, second] = [await compress(PAGE, coding), await compress(PAGE, coding)]
    if (first === null || second === null) throw new Error('nothing was compressed')
    expect(new Uint8Array(decompress(first))).toEqual(PAGE)
    expect(second).toEqual(first)
    expect(first.buffer.byteLength).toBe(first.length)
    expect(first.length).toBeLessThan(PAGE.length / 10)
  })

  it('leaves what comes beyond so many at once, and goes on afterwards', async () => {
    const compress = createCompress(2)
    const all = await Promise.all(Array.from({ length: 5 }, () => compress(PAGE, 'br')))
    expect(all.filter((one) => one !== null)).toHaveLength(2)
    expect(await compress(PAGE, 'gzip')).not.toBeNull()
  })
})
