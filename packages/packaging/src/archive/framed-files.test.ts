import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decompressPortably } from '../zstd/portable-decoder.ts'
import { compressArchive } from './compress-archive.ts'
import { decompress } from './decompression.ts'
import { parseFrameIndex } from './frame-index.ts'
import { framedFiles, LARGE_FILE_BYTES } from './framed-files.ts'
import type { PackEntry } from './source-folder.ts'

const MiB = 2 ** 20

/** Bytes that nothing compresses. */
function noise(seed: number, size: number): Uint8Array {
  const block = createHash('shake256', { outputLength: size }).update(String(seed))
  return new Uint8Array(block.digest())
}

function file(name: string, bytes: Uint8Array): PackEntry {
  return { name, type: 'file', size: bytes.length, executable: name.startsWith('bin/'), source: { bytes } }
}

describe('framedFiles', () => {
  it('gives frames of their own to files of 1 MiB and more', async () => {
    const entries = [file('bin/a', noise(1, MiB)), file('b', noise(2, MiB - 1)), file('c', noise(3, 2 * MiB))]
    expect([...(await framedFiles(entries))]).toEqual(['c', 'bin/a'])
  })

  it('leaves together what compresses better together, wherever its parts stand', async () => {
    const common = noise(1, 2 * MiB)
    const moved = Buffer.concat([noise(2, 12_345), common.subarray(77)])
    const entries = [file('lib/a', common), file('lib/b', noise(3, MiB)), file('lib/c', moved)]
    expect([...(await framedFiles(entries))]).toEqual(['lib/b'])
  })

  it('asks no such question of large ones', async () => {
    const zeros = new Uint8Array(LARGE_FILE_BYTES)
    expect((await framedFiles([file('a', zeros), file('b', zeros)])).size).toBe(2)
  })
})

describe('a packed archive', () => {
  let root: string
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'rbee-framed-'))
  })
  afterEach(() => rm(root, { recursive: true }))

  async function pack(entries: readonly PackEntry[]) {
    const { archives, digest } = await compressArchive(entries, root, { level: 'fast', formats: ['tar.zst'] })
    const [archive] = archives
    if (archive === undefined) throw new Error('nothing was packed')
    return { ...archive, digest, bytes: await readFile(archive.path) }
  }

  // Node's decoder does not end the frame by itself that fills its last chunk.
  it.each([3 * MiB, 3 * MiB + 1])('says which frames are a file of %i bytes', async (size) => {
    const model = noise(1, size)
    const packed = await pack([file('bin/a', noise(2, 100)), file('share/model', model)])
    expect(createHash('sha256').update(packed.bytes).digest('hex')).toBe(packed.sha256)
    expect(packed.bytes.length).toBe(packed.size)
    const [indexed] = parseFrameIndex(packed.bytes, packed.size) ?? []
    expect(indexed).toMatchObject({ size, sha256: createHash('sha256').update(model).digest('hex') })
    const { at = 0, frames = [] } = indexed ?? {}
    const [[compressed, content] = [0, 0]] = frames
    expect(content).toBe(size)
    expect(Buffer.compare(zstdDecompressSync(packed.bytes.subarray(at, at + compressed)), model)).toBe(0)
  })

  it('is the same tar to every decoder, and with more of such frames', async () => {
    const packed = await pack([file('bin/a', noise(2, 100)), file('share/model', noise(1, 2 * MiB))])
    const skipped = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
    for (const more of [Buffer.alloc(0), skipped]) {
      await appendFile(packed.path, more)
      for (const chunks of [
        decompress(createReadStream(packed.path), 'tar.zst'),
        decompressPortably(createReadStream(packed.path), 2 ** 23, (why) => new Error(why)),
      ]) {
        const hash = createHash('sha256')
        for await (const chunk of chunks) hash.update(chunk)
        expect(`sha256:${hash.digest('hex')}`).toBe(packed.digest)
      }
    }
  })

  it('of small files has no index', async () => {
    const packed = await pack([file('bin/a', noise(1, 1000))])
    expect(parseFrameIndex(packed.bytes, packed.size)).toBeNull()
  })
})
