import { createHash } from 'node:crypto'
import { byteQueue } from '@rbee/packaging'
import { type Digest, digestOf, sha256Schema } from '@rbee/schema'
import type { ByteSource } from '../base/byte-source.ts'
import { readingAhead } from '../base/reading-ahead.ts'
import { type ByteReader, createByteReader } from '../bytes/byte-reader.ts'
import { readExecutables } from '../executables/layout.ts'
import { LAYOUT_MAX_BYTES, RUN_MAX_BYTES, STREAM_MAX_BYTES } from '../limits.ts'
import { unusable } from '../patch-error.ts'
import { freeBlock, readBlock } from './block.ts'
import { readPatchHeader } from './header.ts'
import { createRebasedBase, type RebasedBase } from './rebased-base.ts'
import { STREAMS } from './segments.ts'

/** What verified metadata says of the archive that a patch should make. */
export interface ExpectedTar {
  /** Of the uncompressed tar. */
  readonly digest: Digest
  /** Of the uncompressed tar, in bytes: not one more is made. */
  readonly size: number
}

/** Bytes of the archive that are put together before they are handed on. */
const CHUNK_BYTES = 256 * 1024

type Take = (length: number) => Promise<Uint8Array>

/**
 * Makes the archive that a patch describes out of its base, as a stream of chunks with memory of their own. Takes at most
 * 100 MB of memory, whatever the patch says and however large the archive is. The last chunk was handed over only when the
 * digest of all is the expected one: whoever takes chunks out may not believe them before the stream has ended.
 *
 * Fails with `patch_invalid`: the patch is damaged, is for other archives, or the base is not what it was made for. What
 * `patch` and `base` throw is passed on.
 */
export async function* applyPatch(
  base: ByteSource,
  patch: AsyncIterable<Uint8Array>,
  expected: ExpectedTar,
): AsyncGenerator<Uint8Array, void> {
  const queue = byteQueue(patch)
  const take: Take = async (length) => {
    const bytes = await queue.take(length)
    if (bytes.length < length) throw unusable('it ends too early')
    return bytes
  }
  const hash = createHash('sha256')
  try {
    const header = await readPatchHeader(take)
    if (header.target.digest !== expected.digest || header.target.size !== expected.size)
      throw unusable('it makes another archive')
    if (header.base.size !== base.size) throw unusable('it is for another base')
    const layout = createByteReader(await readBlock(take, LAYOUT_MAX_BYTES))
    const executables = readExecutables(layout, base.size)
    const rebased = createRebasedBase(readingAhead(base), executables)
    let last: Uint8Array | null = null
    for await (const chunk of makeChunks(take, rebased, base.size, expected.size)) {
      hash.update(chunk)
      if (last !== null) yield last
      last = chunk
    }
    if ((await queue.take(1)).length > 0) throw unusable('something follows its end')
    const actual = digestOf(sha256Schema.parse(hash.digest('hex')))
    if (actual !== expected.digest) throw unusable('what it makes has another digest')
    if (last !== null) yield last
  } finally {
    await queue.close()
  }
}

async function* makeChunks(
  take: Take,
  base: RebasedBase,
  baseSize: number,
  size: number,
): AsyncGenerator<Uint8Array, void> {
  const output = createChunks()
  const run = new Uint8Array(RUN_MAX_BYTES)
  /** Where the last bytes that were taken from the base end. */
  let end = 0
  for (let made = 0; made < size; ) {
    const blocks: Uint8Array[] = []
    for (const _ of STREAMS) blocks.push(await readBlock(take, STREAM_MAX_BYTES))
    const streams = blocks.map((block) => createByteReader(block))
    const [instructions, gaps, changes, literals] = streams
    if (!instructions || !gaps || !changes || !literals) throw new Error('a stream was not read')
    if (instructions.left === 0) throw unusable('a segment makes nothing')
    while (instructions.left > 0) {
      const literal = instructions.number(RUN_MAX_BYTES)
      const length = instructions.number(RUN_MAX_BYTES)
      const from = end + instructions.signed()
      if (from < 0 || from + length > baseSize) throw unusable('it reads outside of the base')
      end = from + length
      made += literal + length
      if (literal + length === 0) throw unusable('an instruction makes nothing')
      if (made > size) throw unusable('it makes too much')
      yield* output.add(literals.bytes(literal))
      if (length === 0) continue
      const bytes = run.subarray(0, length)
      await base.copy(from, bytes)
      change(bytes, gaps, changes)
      yield* output.add(bytes)
    }
    if (streams.some(({ left }) => left > 0)) throw unusable('a segment holds more than it uses')
    blocks.forEach(freeBlock)
  }
  yield* output.rest()
}

function change(bytes: Uint8Array, gaps: ByteReader, changes: ByteReader): void {
  for (let position = gaps.number(bytes.length); position < bytes.length; ) {
    bytes[position] = (bytes[position] ?? 0) + changes.byte()
    position += 1 + gaps.number(bytes.length)
    if (position > bytes.length) throw unusable('a change lies outside of its bytes')
  }
}

function createChunks() {
  let chunk = new Uint8Array(CHUNK_BYTES)
  let filled = 0
  return {
    *add(bytes: Uint8Array): Generator<Uint8Array, void> {
      for (let rest = bytes; rest.length > 0; ) {
        const part = rest.subarray(0, chunk.length - filled)
        chunk.set(part, filled)
        filled += part.length
        rest = rest.subarray(part.length)
        if (filled < chunk.length) continue
        yield chunk
        chunk = new Uint8Array(CHUNK_BYTES)
        filled = 0
      }
    },
    *rest(): Generator<Uint8Array, void> {
      if (filled > 0) yield chunk.slice(0, filled)
    },
  }
}
