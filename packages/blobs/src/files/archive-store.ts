import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { type ArchiveStore, archivePath, type ByteRange, type RandomBytes } from '@rbee/registry'
import { RbeeError, type Sha256, sha256Schema } from '@rbee/schema'
import { orMissing, pathInside, syncFolder, writing } from './disk.ts'
import { fileStaging } from './staging.ts'

/** Folder of `archivePath`'s files. */
export const ARCHIVES = join('archives', 'sha256')

/** Large enough to keep the disk and the hash busy, small enough for many readers at once. */
const READ_CHUNK_BYTES = 256 * 1024

/**
 * Archives as files below `root`. An archive appears by a rename, after its bytes were hashed and flushed to the disk.
 */
export function fileArchiveStore(root: string, randomBytes: RandomBytes): ArchiveStore {
  const staging = fileStaging(root, randomBytes)
  const pathOf = (sha256: Sha256) => pathInside(root, archivePath(sha256))

  return {
    stage: staging.stage,
    writePart: staging.writePart,
    assemble: staging.assemble,
    discard: staging.discard,
    async size(sha256) {
      return (await orMissing(stat(pathOf(sha256))))?.size ?? null
    },
    async open(sha256, range) {
      const handle = await orMissing(open(pathOf(sha256), 'r'))
      if (!handle) return null
      const { size } = await handle.stat()
      if (range && (range.start >= size || range.start > range.end)) {
        await handle.close()
        throw new RbeeError('range_not_satisfiable', 'The range lies outside the archive')
      }
      return { size, body: streamOf(handle, range) }
    },
    async openStaged(id) {
      return streamOf(await staging.openWhole(id))
    },
    async promote(id, sha256, size) {
      const handle = await staging.openWhole(id)
      try {
        await checkBytes(handle, sha256, size)
        await writing(() => handle.datasync())
      } finally {
        await handle.close()
      }
      await moveDurably(staging.wholePath(id), pathOf(sha256))
    },
    list: () => listArchives(root),
    async delete(sha256) {
      await rm(pathOf(sha256), { force: true })
    },
  }
}

/** A stream over an open file, which it closes at its end or when its reader leaves. */
function streamOf(handle: FileHandle, range?: ByteRange): ReadableStream<Uint8Array> {
  return Readable.toWeb(handle.createReadStream({ ...range, highWaterMark: READ_CHUNK_BYTES }))
}

async function checkBytes(handle: FileHandle, sha256: Sha256, size: number): Promise<void> {
  const actual = (await handle.stat()).size
  if (actual !== size) {
    throw new RbeeError('size_mismatch', `The archive has ${actual} bytes, not the stated ${size}`)
  }
  const hash = createHash('sha256')
  const bytes = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: READ_CHUNK_BYTES })
  for await (const chunk of bytes) hash.update(chunk)
  if (hash.digest('hex') !== sha256) {
    throw new RbeeError('digest_mismatch', 'The archive does not have the stated SHA-256')
  }
}

/** Moves a file whose bytes are on the disk already, so that it stays at its new place after a power failure. */
async function moveDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to)
  const created = await writing(() => mkdir(folder, { recursive: true }))
  if (created !== undefined) await syncFolder(dirname(folder))
  await rename(from, to)
  await syncFolder(folder)
}

async function* listArchives(root: string): AsyncIterable<Sha256> {
  const folder = join(root, ARCHIVES)
  for (const prefix of await readdir(folder)) {
    for (const name of await readdir(join(folder, prefix))) {
      const sha256 = sha256Schema.safeParse(name)
      if (sha256.success) yield sha256.data
    }
  }
}
