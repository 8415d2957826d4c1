import { close, constants, fdatasync, openSync, write, writeSync } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { hasCode } from '@rbee/schema'
import type { ArchiveEntry } from './archive-rules.ts'

/** Writes accepted entries below one folder that nobody else writes to. */
export interface FolderWriter {
  begin(entry: ArchiveEntry): Promise<void>
  /** Appends to the file that was begun last. The bytes may not change afterwards. */
  write(bytes: Uint8Array): Promise<void>
  /** Returns when nothing that was handed over is being written any more. */
  settled(): Promise<void>
  /** Returns when everything is on the disk, so that a power cut afterwards loses nothing. */
  finish(): Promise<void>
  /** Ends all that is still open; after a failure, too. */
  close(): Promise<void>
}

/** Files being written to the disk while the next ones are unpacked. */
const SYNCING_MAX = 8
/** What is copied into the system's memory sooner than another thread is asked to do it, in bytes. */
const WRITTEN_AT_ONCE_BYTES = 64 * 1024

const closeFile = promisify(close)
const syncFile = promisify(fdatasync)
const writeBeside = promisify(write)

/** `O_EXCL` and `O_NOFOLLOW`: a file is made by us, or not at all. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/**
 * @param root an existing, empty folder. Names were accepted by the rules for archives: they are relative, do not climb,
 * and no link can stand in their way, because no entry is a link.
 */
export function createFolderWriter(root: string): FolderWriter {
  const folders = new Set<string>([root])
  const syncing = new Set<Promise<void>>()
  let current: { file: number; lastWrite: Promise<unknown> } | null = null
  /** Ends with the last of all writes, whichever file it is of. */
  let writes: Promise<unknown> = Promise.resolve()
  let failure: { readonly error: unknown } | null = null

  const makeFolder = async (path: string): Promise<void> => {
    if (folders.has(path)) return
    await makeFolder(dirname(path))
    await mkdir(path, { mode: 0o755 })
    folders.add(path)
  }

  /** Brings the finished file to the disk behind the next ones' backs. */
  const endCurrent = async (): Promise<void> => {
    if (current === null) return
    const { file, lastWrite } = current
    current = null
    const synced = lastWrite
      .then(() => syncFile(file))
      .finally(() => closeFile(file))
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => syncing.delete(synced))
    syncing.add(synced)
    if (syncing.size >= SYNCING_MAX) await Promise.race(syncing)
    throwFailure()
  }
  const throwFailure = () => {
    if (failure !== null) throw failure.error
  }

  return {
    async begin(entry) {
      await endCurrent()
      const path = join(root, ...entry.name.split('/'))
      if (entry.type === 'directory') return makeFolder(path)
      await makeFolder(dirname(path))
      // Thousands of small files are made in half the time that asking another thread for each would take.
      const file = openSync(path, CREATE, entry.executable ? 0o755 : 0o644)
      current = { file, lastWrite: Promise.resolve() }
    },
    async write(bytes) {
      if (current === null) throw new Error('bytes of a file that was not begun')
      await current.lastWrite
      current.lastWrite = writeAll(current.file, bytes)
      writes = Promise.allSettled([writes, current.lastWrite])
      // Awaited with the next piece, so that unpacking goes on meanwhile.
      current.lastWrite.catch(() => {})
    },
    async settled() {
      await writes
    },
    async finish() {
      await endCurrent()
      await Promise.all(syncing)
      throwFailure()
      for (const folder of folders) await syncFolder(folder)
    },
    async close() {
      if (current !== null) {
        const { file, lastWrite } = current
        current = null
        await lastWrite.catch(() => {})
        await closeFile(file)
      }
      await Promise.all(syncing)
    },
  }
}

async function writeAll(file: number, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    const written =
      rest.length <= WRITTEN_AT_ONCE_BYTES
        ? writeSync(file, rest)
        : (await writeBeside(file, rest)).bytesWritten
    rest = rest.subarray(written)
  }
}

/** Windows cannot open a folder, and needs no such call. */
async function syncFolder(path: string): Promise<void> {
  let handle: FileHandle
  try {
    handle = await open(path, constants.O_RDONLY)
  } catch (error) {
    if (hasCode(error, 'EISDIR') || hasCode(error, 'EPERM')) return
    throw error
  }
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
