import { createHash, type Hash } from 'node:crypto'
import { sha256Schema } from '@rbee/schema'
import type { FramedPart } from './frame-cuts.ts'
import { encodeFrameIndex, type IndexedFile } from './frame-index.ts'

/** Learns what is in the frames of an archive while it is packed. */
export interface FrameIndexer {
  take(part: FramedPart): void
  /**
   * The frame that says which of the others are which file; null where none is one.
   *
   * @param sizes of the frames, in compressed bytes
   */
  finish(sizes: readonly number[]): Uint8Array | null
}

interface CutFrame {
  readonly file: string | null
  /** Bytes of the tar. */
  size: number
}

export function createFrameIndexer(): FrameIndexer {
  const frames: CutFrame[] = []
  const hashes = new Map<string, Hash>()
  return {
    take({ bytes, begins, file }) {
      if (begins || frames.length === 0) frames.push({ file, size: 0 })
      const frame = frames.at(-1)
      if (frame) frame.size += bytes.length
      if (file === null) return
      const hash = hashes.get(file) ?? createHash('sha256')
      hashes.set(file, hash.update(bytes))
    },
    finish(sizes) {
      // A compressor that begins frames as it likes.
      if (sizes.length !== frames.length) return null
      const files = new Map<string, { at: number; frames: [number, number][] }>()
      let at = 0
      for (const [place, { file, size }] of frames.entries()) {
        const compressed = sizes[place] ?? 0
        if (file !== null) {
          const found = files.get(file) ?? { at, frames: [] }
          found.frames.push([compressed, size])
          files.set(file, found)
        }
        at += compressed
      }
      return encodeFrameIndex(
        [...files].map(
          ([name, { at, frames }]): IndexedFile => ({
            sha256: sha256Schema.parse(hashes.get(name)?.digest('hex')),
            size: frames.reduce((sum, [, size]) => sum + size, 0),
            at,
            frames,
          }),
        ),
      )
    },
  }
}
