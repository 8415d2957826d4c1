import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decompressPortably } from './portable-decoder.ts'
import { portableZstdCompress } from './portable-encoder.ts'

const WINDOW = 2 ** 23

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

class Refused extends Error {}
const refuse = (why: string) => new Refused(why)

async function decompressed(bytes: Uint8Array, pieceSize = 1000): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of decompressPortably(inPieces(bytes, pieceSize), WINDOW, refuse)) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** Half of it compresses. */
const text = Buffer.from(
  Array.from({ length: 40_000 }, (_, index) => `${index % 700} ${(index * 2_654_435_761) >>> 5}\n`).join(''),
)

const compressed = (bytes: Uint8Array, params: Record<number, number> = {}) =>
  zstdCompressSync(bytes, { params })

describe('decompressPortably', () => {
  it('gives what zlib gives, whatever the level, the frames and the pieces', async () => {
    const frames = [1, 3, 9, 19].map((level) =>
      compressed(text, { [constants.ZSTD_c_compressionLevel]: level }),
    )
    const summed = compressed(text, { [constants.ZSTD_c_checksumFlag]: 1 })
    const sizeUnknown = compressed(text, { [constants.ZSTD_c_contentSizeFlag]: 0 })
    const empty = compressed(Buffer.alloc(0))
    const zeros = compressed(Buffer.alloc(5_000_000))
    const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0]), Buffer.from('abc')])
    const all = Buffer.concat([...frames, skippable, summed, empty, sizeUnknown, zeros])
    const expected = Buffer.concat([text, text, text, text, text, text, Buffer.alloc(5_000_000)])
    for (const pieceSize of [7, 65_536, all.length]) {
      expect((await decompressed(all, pieceSize)).equals(expected)).toBe(true)
    }
  })

  it('gives back whatever was compressed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 3_000 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 4_000 }),
        async (contents, pieceSize) => {
          const all = Buffer.concat(contents.map((content) => compressed(content)))
          expect((await decompressed(all, pieceSize)).equals(Buffer.concat(contents))).toBe(true)
        },
      ),
    )
  })

  it('refuses a stream that ends early, at every place', async () => {
    const bytes = compressed(text.subarray(0, 3_000), { [constants.ZSTD_c_checksumFlag]: 1 })
    for (let end = 0; end < bytes.length; end += 1) {
      await expect(decompressed(bytes.subarray(0, end)), `${end} bytes`).rejects.toBeInstanceOf(Refused)
    }
  })

  it('refuses what follows the last frame', async () => {
    await expect(decompressed(Buffer.concat([compressed(text), Buffer.from('more')]))).rejects.toThrow(
      'no zstd',
    )
  })

  it('refuses or decodes damaged bytes, and always comes to an end', async () => {
    const bytes = compressed(text.subarray(0, 20_000))
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const damaged = Buffer.from(bytes)
        damaged[place] = (damaged[place] ?? 0) ^ change
        const outcome = await decompressed(damaged).catch((error: unknown) => error)
        expect(Buffer.isBuffer(outcome) || outcome instanceof Refused).toBe(true)
      }),
    )
  })

  it('refuses a window that costs too much memory', async () => {
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 14 << 3, 1, 0, 0])
    await expect(decompressed(frame)).rejects.toThrow('window')
  })

  it('hands on a bomb block by block', async () => {
    const repeated = blocksOf(2_000, [1 << 1, 0x41], 128 * 1024)
    let size = 0
    let largest = 0
    for await (const piece of decompressPortably(inPieces(repeated, 65_536), WINDOW, refuse)) {
      size += piece.length
      largest = Math.max(largest, piece.length)
    }
    expect(size).toBe(2_000 * 128 * 1024)
    expect(largest).toBeLessThanOrEqual(128 * 1024)
  })

  it('refuses blocks that unpack to hardly anything', async () => {
    const tiny = blocksOf(40_000, [1 << 1, 0x41], 1)
    await expect(decompressed(tiny, 65_536)).rejects.toThrow('too small')
  })

  it('lets failures of the source through', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield compressed(text).subarray(0, 1_000)
      throw new TypeError('the network is down')
    }
    const read = async () => {
      for await (const _piece of decompressPortably(broken(), WINDOW, refuse));
    }
    await expect(read()).rejects.toThrow(TypeError)
  })
})

/** A frame of `count` blocks of one repeated byte, each of `size` bytes, with a window of 1 KiB or as large as a block. */
function blocksOf(count: number, [type, byte]: readonly [number, number], size: number): Buffer {
  const windowByte = size > 1024 ? 7 << 3 : 0
  const block = (isLast: boolean) => {
    const header = (size << 3) | type | (isLast ? 1 : 0)
    return [header & 0xff, (header >> 8) & 0xff, (header >> 16) & 0xff, byte]
  }
  const blocks = Array.from({ length: count }, (_, index) => block(index === count - 1))
  return Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, windowByte, ...blocks.flat()])
}

describe('portableZstdCompress', () => {
  it('writes what zlib reads, one stream after the other', async () => {
    const results = await Promise.all(
      [1, 9].map(async (level) => {
        const stream = await portableZstdCompress(level)
        const result = buffer(stream)
        for (let start = 0; start < text.length; start += 50_000) {
          if (!stream.write(text.subarray(start, start + 50_000))) await once(stream, 'drain')
        }
        stream.end()
        return result
      }),
    )
    for (const result of results) expect(zstdDecompressSync(result).equals(text)).toBe(true)
    expect(results[0]?.length).not.toBe(results[1]?.length)
  })

  it('lets the next one begin when one is given up', async () => {
    const first = await portableZstdCompress(3)
    first.destroy()
    const second = await portableZstdCompress(3)
    second.end('text')
    expect(zstdDecompressSync(await buffer(second)).toString()).toBe('text')
  })
})
