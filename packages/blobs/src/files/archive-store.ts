import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ArchiveStore, archivePath, type RandomBytes } from '@rbee/registry'
import { RbeeError, type Sha256, sha256Schema } from '@rbee/schema'
import { orMissing, pathInside, syncFolder, writing } from './disk.ts'
import { streamOfFile } from './file-stream.ts'
import { fileStaging } from './staging.ts'

/** Folder of `archivePath`'s files. */
export const ARCHIVES = join('archives', 'sha256')

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
      const end = Math.min(range?.end ?? size - 1, size - 1)
      return { size, body: streamOfFile(handle, range?.start ?? 0, end) }
    },
    async openStaged(id) {
      const handle = await staging.openWhole(id)
      return streamOfFile(handle, 0, (await handle.stat()).size - 1)
    },
    async promote(id, sha256, size) {
      const handle = await staging.openWhole(id)
      try {
        await checkBytes(handle, sha256, size)
        await writing(() => handle.datasync())
      } finally {
        await handle.close()
      }
      const path = pathOf(sha256)
      await makeFolder(dirname(path))
      await staging.moveTo(id, path)
      await syncFolder(dirname(path))
    },
    list: () => listArchives(root),
    async delete(sha256) {
      await rm(pathOf(sha256), { force: true })
    },
  }
}

async function checkBytes(handle: FileHandle, sha256: Sha256, size: number): Promise<void> {
  const actual = (await handle.stat()).size
  if (actual !== size) {
    throw new RbeeError('size_mismatch', `The archive has ${actual} bytes, not the stated ${size}`)
  }
  const hash = createHash('sha256')
  const bytes = handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 2 ** 20 })
  for await (const chunk of bytes) hash.update(chunk)
  if (hash.digest('hex') !== sha256) {
    throw new RbeeError('digest_mismatch', 'The archive does not have the stated SHA-256')
  }
}

/** Makes a folder of archives that stays after a power failure. */
async function makeFolder(folder: string): Promise<void> {
  const created = await writing(() => mkdir(folder, { recursive: true }))
  if (created !== undefined) await syncFolder(dirname(folder))
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
