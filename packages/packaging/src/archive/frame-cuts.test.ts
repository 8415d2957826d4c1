import { describe, expect, it } from 'vitest'
import { cutIntoFrames, FRAME_BYTES } from './frame-cuts.ts'
import { packTar } from './pack-tar.ts'
import type { PackEntry } from './source-folder.ts'

const BLOCK = 512
const LARGE_FILE_BYTES = 3 * 2 ** 20
const ONLY = new Set(['bin/large', 'bin/huge'])

describe('cutIntoFrames', () => {
  it('begins a frame with each file that has its own and behind it, and passes every byte on', async () => {
    const small = file('bin/small', 100)
    const large = file('bin/large', LARGE_FILE_BYTES)
    const entries = [small, large, file('lib/small', 1)]

    const { starts, files, tar } = await framed(entries)

    // Header and padded content of the first, header of the second.
    const start = BLOCK + BLOCK + BLOCK
    expect(starts).toEqual([start, start + LARGE_FILE_BYTES])
    expect(files).toEqual([null, 'bin/large', null])
    expect(Buffer.compare(tar, await packed(entries))).toBe(0)
  })

  it('begins a frame after 31.5 MiB of a file, and where many small ones fill one', async () => {
    const { starts } = await framed([file('bin/huge', 2 * FRAME_BYTES + 1)])
    expect(starts).toEqual([0, 1, 2].map((n) => BLOCK + n * FRAME_BYTES).concat(BLOCK + 2 * FRAME_BYTES + 1))

    const small = Array.from({ length: 33 }, (_, n) => file(`lib/${n}`, 2 ** 20 - BLOCK))
    expect((await framed(small)).starts).toEqual([FRAME_BYTES])
  })

  it('begins none in a small archive', async () => {
    expect((await framed([file('bin/small', LARGE_FILE_BYTES)])).starts).toEqual([])
  })
})

function file(name: string, size: number): PackEntry {
  return { name, type: 'file', size, executable: false, source: { bytes: new Uint8Array(size) } }
}

async function packed(entries: readonly PackEntry[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(packTar(entries)))
}

async function framed(entries: readonly PackEntry[]) {
  const starts: number[] = []
  const files: (string | null)[] = []
  const parts: Uint8Array[] = []
  let position = 0
  for await (const { bytes, begins, file: name } of cutIntoFrames(packTar(entries), ONLY)) {
    if (begins) starts.push(position)
    if (begins || position === 0) files.push(name)
    expect(name).toBe(files.at(-1))
    position += bytes.length
    parts.push(bytes)
  }
  return { starts, files, tar: Buffer.concat(parts) }
}
