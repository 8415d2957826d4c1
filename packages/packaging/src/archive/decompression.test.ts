import { randomBytes } from 'node:crypto'
import zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decompress } from './decompression.ts'

async function* pieces(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

describe.each([
  ['tar.gz', zlib.gzipSync],
  ['tar.zst', zlib.zstdCompressSync],
] as const)('decompress of .%s', (format, compress) => {
  const plain = Buffer.concat([
    randomBytes(1_500_000),
    Buffer.alloc(1_500_000, 'text '),
    randomBytes(300_001),
  ])

  it.each([100, 65_536, 5_000_000])('gives the bytes back from pieces of %i bytes', async (size) => {
    const parts: Uint8Array[] = []
    for await (const chunk of decompress(pieces(compress(plain), size), format)) parts.push(chunk.slice())
    expect(Buffer.concat(parts).equals(plain)).toBe(true)
  })

  // A Buffer's slice is a view, and whoever copies a part of a chunk with it would have nothing when the chunk is freed.
  it('gives chunks whose slices are copies', async () => {
    for await (const chunk of decompress(pieces(compress(plain), 65_536), format)) {
      expect(chunk.subarray(0, 1).slice().buffer.byteLength).toBe(1)
    }
  })
})
