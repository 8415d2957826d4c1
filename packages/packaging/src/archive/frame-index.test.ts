import { createHash } from 'node:crypto'
import { sha256Schema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeFrameIndex,
  FRAME_INDEX_MAX_BYTES,
  INDEXED_FILE_BYTES,
  type IndexedFile,
  parseFrameIndex,
} from './frame-index.ts'

const MiB = 2 ** 20
const SHA256 = sha256Schema.parse(createHash('sha256').update('a file').digest('hex'))
const FILES: IndexedFile[] = [
  { sha256: SHA256, size: 3 * MiB, at: 700, frames: [[1_000_000, 3 * MiB]] },
  {
    ...{ sha256: SHA256, size: 40 * MiB, at: 1_000_900 },
    frames: [
      [500, 30 * MiB],
      [20_000_000, 10 * MiB],
    ],
  },
]
const END = 21_001_500

/** An archive of zeros that ends with the index. */
function archive(index: Uint8Array, before = END): { tail: Uint8Array; size: number } {
  const room = FRAME_INDEX_MAX_BYTES - index.length
  return {
    tail: Buffer.concat([Buffer.alloc(Math.max(0, Math.min(before, room))), index]),
    size: before + index.length,
  }
}

function encoded(files: unknown): Buffer {
  const json = Buffer.from(typeof files === 'string' ? files : JSON.stringify(files))
  const real = Buffer.from(encodeFrameIndex(FILES) ?? [])
  const [head, foot] = [Buffer.from(real.subarray(0, 8)), Buffer.from(real.subarray(-12))]
  head.writeUInt32LE(json.length + 12, 4)
  foot.writeUInt32LE(json.length)
  return Buffer.concat([head, json, foot])
}

function parsed(files: unknown) {
  const { tail, size } = archive(encoded(files))
  return parseFrameIndex(tail, size)
}

describe('the index of frames', () => {
  it('is found at the end of an archive, also where that is all there is', () => {
    const index = encodeFrameIndex(FILES)
    if (index === null) throw new Error('nothing was encoded')
    const { tail, size } = archive(index)
    expect(parseFrameIndex(tail, size)).toEqual(FILES)
    expect(parseFrameIndex(index, size)).toEqual(FILES)
    expect(parsed({ files: FILES })).toEqual(FILES)
  })

  it('is none where there is nothing to say, or more than decoders skip', () => {
    expect(encodeFrameIndex([])).toBeNull()
    expect(encodeFrameIndex(Array.from({ length: 1000 }, () => FILES[0] as IndexedFile))).toBeNull()
  })

  const [first, second] = FILES as [IndexedFile, IndexedFile]
  it.each<[string, unknown]>([
    ['no files', { files: [] }],
    ['another field', { files: FILES, more: 1 }],
    ['a digest that is none', { files: [{ ...first, sha256: 'x'.repeat(64) }] }],
    ['a digest that is an object', { files: [{ ...first, sha256: {} }] }],
    ['a file that is small', { files: [{ ...first, size: 1000, frames: [[10, 1000]] }] }],
    ['a size that its frames do not have', { files: [{ ...first, size: first.size + 1 }] }],
    ['a size of no number', { files: [{ ...first, size: '3145728' }] }],
    ['a place before the archive', { files: [{ ...first, at: -1 }] }],
    ['a place behind it', { files: [{ ...first, at: END }] }],
    ['a place that is too large for a number', { files: [{ ...first, at: 2 ** 60 }] }],
    ['a place between bytes', { files: [{ ...first, at: 0.5 }] }],
    ['frames that overlap', { files: [{ ...first, frames: [[1_000_201, 3 * MiB]] }, second] }],
    ['frames in another order', { files: [second, first] }],
    ['a frame of nothing', { files: [{ ...first, frames: [...first.frames, [0, 0]] }] }],
    [
      'a frame of less than nothing',
      {
        files: [
          {
            ...first,
            frames: [
              [9, 4 * MiB],
              [9, -MiB],
            ],
          },
        ],
      },
    ],
    ['no frames', { files: [{ ...first, frames: [] }] }],
    ['a frame of three numbers', { files: [{ ...first, frames: [[1_000_000, 3 * MiB, 1]] }] }],
    ['too many files', { files: Array.from({ length: 257 }, (_, n) => ({ ...first, at: n * 1_000_000 })) }],
    ['nothing', ''],
    ['no JSON', '{"files":['],
    ['depth', '['.repeat(60_000)],
    ['closed depth', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ])('is not believed with %s', (_what, files) => {
    expect(parsed(files)).toBeNull()
  })

  it('is not believed where its lengths lie', () => {
    const index = encoded({ files: FILES })
    for (const [place, value] of [
      [4, index.length],
      [4, 0],
      [4, 0xffffffff],
      [index.length - 12, 0xffffffff],
      [index.length - 12, 0],
      [index.length - 12, index.length - 19],
    ] as const) {
      const copy = Buffer.from(index)
      copy.writeUInt32LE(value, place)
      const { tail, size } = archive(copy)
      expect(parseFrameIndex(tail, size)).toBeNull()
    }
  })

  it('is well-formed or none, whatever stands there', () => {
    const index = encoded({ files: FILES })
    const edit = fc.record({
      at: fc.nat(index.length),
      cut: fc.nat(20),
      put: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.string({ maxLength: 9 }).map(Buffer.from)),
    })
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 4 }), fc.nat(END + 1000), (edits, before) => {
        const changed = edits.reduce<Uint8Array>(
          (bytes, { at, cut, put }) => Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]),
          index,
        )
        const { tail, size } = archive(changed, before)
        let end = 0
        for (const { at, frames, size: bytes } of parseFrameIndex(tail, size) ?? []) {
          expect(at).toBeGreaterThanOrEqual(end)
          expect(bytes).toBeGreaterThanOrEqual(INDEXED_FILE_BYTES)
          expect(frames.reduce((sum, [, content]) => sum + content, 0)).toBe(bytes)
          end = at + frames.reduce((sum, [compressed]) => sum + compressed, 0)
        }
        expect(end).toBeLessThan(size)
      }),
      { numRuns: 500 },
    )
  })

  it('is none in bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parseFrameIndex(bytes, 1_000_000)).toBeNull()
      }),
    )
  })
})
