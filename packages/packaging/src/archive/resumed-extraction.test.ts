import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  type FileHandle,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CompressedArtifact, compressArchive } from './compress-archive.ts'
import { extractArchive } from './extract-archive.ts'
import { CannotResume, readResumePoint } from './extraction-journal.ts'
import type { PackEntry } from './source-folder.ts'

const MiB = 2 ** 20
const KILLED = new URL('../testing/interrupted-extraction.ts', import.meta.url)
const PIECE = 300_000

describe('an extraction that was interrupted', () => {
  let root: string
  let artifact: CompressedArtifact
  let folder: string
  const entries = [
    file('LICENSE', 1_000),
    file('bin/worker', 70 * MiB),
    file('lib/empty', 0),
    file('lib/small', 3_000),
    file('lib/large', 20 * MiB),
    file('share/last', 5),
  ]

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'rbee-resume-'))
    artifact = await compressArchive(entries, root, { level: 'fast', formats: ['tar.zst'] })
  })
  afterAll(() => rm(root, { recursive: true }))
  beforeEach(async () => {
    folder = await mkdtemp(join(root, 'case-'))
  })

  it('goes on with the frame that it was at, as often as it is interrupted', async () => {
    const { size } = archive()
    let fetched = 0
    let from = await readResumePoint(journal(), archive().sha256)
    for (const until of [0.2, 0.5, 0.5, 0.55, 0.8, 0.97, 1].map((part) => Math.floor(part * size))) {
      const start = from?.compressed ?? 0
      fetched += Math.max(0, until - start)
      const extracted = extract(from, archiveBytes(start, until))
      if (until === size) await extracted
      else await expect(extracted).rejects.toThrow('connection lost')
      from = await readResumePoint(journal(), archive().sha256)
    }

    await expectWhole()
    expect(from).toBeNull()
    // Of each interruption, at most what came of one frame is fetched again: 31.5 MiB that compress to half.
    expect(fetched).toBeLessThan(size + 6 * 17 * MiB)
  })

  it('begins anew where what is there does not fit, and gives the right files only', async () => {
    await expect(extract(null, archiveBytes(0, 0.7 * archive().size))).rejects.toThrow('connection lost')
    const from = await readResumePoint(journal(), archive().sha256)
    await truncate(join(folder, 'out/bin/worker'), 1_000)

    await expect(extract(from, archiveBytes(from?.compressed ?? 0))).rejects.toThrow(CannotResume)
    expect(await readdir(folder)).toEqual([])

    await extract(null, archiveBytes(0))
    await expectWhole()
  })

  it('accepts no byte that was changed meanwhile', async () => {
    await expect(extract(null, archiveBytes(0, 0.7 * archive().size))).rejects.toThrow('connection lost')
    const from = await readResumePoint(journal(), archive().sha256)
    await overwrite(join(folder, 'out/bin/worker'), 12_345)

    const resumed = extract(from, archiveBytes(from?.compressed ?? 0))
    await expect(resumed).rejects.toMatchObject({ code: 'digest_mismatch' })
    expect(await readdir(folder)).toEqual([])
  })

  it('takes a journal that was cut off as far as it goes, and none of another archive', async () => {
    await expect(extract(null, archiveBytes(0, 0.9 * archive().size))).rejects.toThrow('connection lost')
    const whole = await readFile(journal())
    const last = await readResumePoint(journal(), archive().sha256)
    await writeFile(journal(), whole.subarray(0, whole.length - 3))
    const before = await readResumePoint(journal(), archive().sha256)
    expect(before?.compressed).toBeLessThan(last?.compressed ?? 0)
    expect(before?.compressed).toBeGreaterThan(0)

    await extract(before, archiveBytes(before?.compressed ?? 0))
    await expectWhole()

    await writeFile(journal(), whole)
    expect(await readResumePoint(journal(), createHash('sha256').digest('hex') as never)).toBeNull()
  })

  it('leaves nothing behind where not one frame was complete', async () => {
    await expect(extract(null, archiveBytes(0, 0.00001 * archive().size))).rejects.toThrow('connection lost')
    expect(await readdir(folder)).toEqual([])
  })

  it('goes on after its process was killed', async () => {
    const child = fork(KILLED, [JSON.stringify({ path: archive().path, folder, artifact })])
    await once(child, 'message')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const from = await readResumePoint(journal(), archive().sha256)
    expect(from?.unpacked).toBeGreaterThan(30 * MiB)

    await extract(from, archiveBytes(from?.compressed ?? 0))
    await expectWhole()
  })

  function journal(): string {
    return join(folder, 'out.journal')
  }
  function archive() {
    const [only] = artifact.archives
    if (!only) throw new Error('nothing was packed')
    return only
  }
  function extract(from: Awaited<ReturnType<typeof readResumePoint>>, source: AsyncIterable<Uint8Array>) {
    const { sha256, size } = archive()
    return extractArchive(source, 'tar.zst', join(folder, 'out'), {
      expected: { sha256, size, digest: artifact.digest, unpackedSize: artifact.unpackedSize },
      again: () => archiveBytes(0),
      journal: { path: journal(), from },
    })
  }
  /** The archive from `start` on; a connection that breaks off at `until`. */
  async function* archiveBytes(start: number, until = archive().size): AsyncGenerator<Uint8Array> {
    const bytes = await readFile(archive().path)
    for (let at = start; at < until; at += PIECE)
      yield new Uint8Array(bytes.subarray(at, Math.min(at + PIECE, until)))
    if (until < bytes.length) throw new Error('connection lost')
  }
  async function expectWhole(): Promise<void> {
    expect((await readdir(folder)).toSorted()).toEqual(['out'])
    for (const { name, size, executable, source } of entries) {
      const path = join(folder, 'out', name)
      const { mode } = await stat(path)
      expect({ name, size: (await stat(path)).size, executable: (mode & 0o111) !== 0 }).toEqual({
        name,
        size,
        executable,
      })
      const wanted = source !== null && 'bytes' in source ? source.bytes : new Uint8Array()
      expect(Buffer.compare(await readFile(path), wanted)).toBe(0)
    }
  }
})

/** Every second block of it compresses to nothing. */
function file(name: string, size: number): PackEntry {
  const bytes = new Uint8Array(size)
  let state = size
  for (let at = 0; at < size; at += 4) {
    if ((at & 4096) !== 0) continue
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    bytes[at] = state >>> 24
    bytes[at + 1] = state >>> 16
    bytes[at + 2] = state >>> 11
    bytes[at + 3] = state >>> 19
  }
  return { name, type: 'file', size, executable: name.startsWith('bin/'), source: { bytes } }
}

async function overwrite(path: string, at: number): Promise<void> {
  let handle: FileHandle | null = null
  try {
    handle = await open(path, 'r+')
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at)
    await handle.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, at)
  } finally {
    await handle?.close()
  }
}
