import { close, closeSync, constants, fdatasync, ftruncateSync, openSync, write, writeSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { ArchiveEntry } from './archive-rules.ts'
import { flushFiles } from './flush-files.ts'

/** Writes accepted entries below one folder that nobody else writes to. */
export interface FolderWriter {
  begin(entry: ArchiveEntry): Promise<void>
  /**
   * Begins an entry that an interrupted extraction has written, as far as it is told with `kept`; the rest of a file is
   * written again.
   */
  keep(entry: ArchiveEntry): Promise<void>
  /** So many more bytes of the file that was begun last are there. */
  kept(count: number): void
  /** Appends to the file that was begun last. The bytes may not change until they are `written`. */
  write(bytes: Uint8Array): void
  /** Returns when all that was handed over before the call is written; fails when it cannot be. */
  written(): Promise<void>
  /** Returns when everything is on the disk, so that a power cut afterwards loses nothing. */
  finish(): Promise<void>
  /** Ends all that is still open; after a failure, too. */
  close(): Promise<void>
}

/** Files from this size on are flushed to the disk while the next ones are unpacked; smaller ones together, at the end. */
const FLUSHED_BY_ITSELF_BYTES = 1024 * 1024
/** Files that are written and flushed behind the next ones' backs. */
const ENDING_MAX = 8
/** What is copied into the system's memory sooner than another thread is asked to do it, in bytes. */
const WRITTEN_AT_ONCE_BYTES = 64 * 1024

const closeFile = promisify(close)
const flushFile = promisify(fdatasync)
const writeBeside = promisify(write)

const OWN = constants.O_WRONLY | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
/** A file is made by us, or not at all. */
const CREATE = OWN | constants.O_EXCL
/** An interrupted extraction may have begun it. */
const REPLACE = OWN | constants.O_TRUNC
/** What it has of it stays. */
const CONTINUE = OWN | constants.O_APPEND

/** A file that is open, and its last write on another thread, if there was one. */
interface OpenFile {
  readonly path: string
  readonly size: number
  readonly file: number
  /** How many bytes stay of what is there; null once the rest is cut off, and where nothing was. */
  kept: number | null
  lastWrite: Promise<void> | null
}

/**
 * @param root an existing, empty folder. Names were accepted by the rules for archives: they are relative, do not climb,
 * and no link can stand in their way, because no entry is a link.
 * @param resumed whether an interrupted extraction wrote into the folder before.
 */
export function createFolderWriter(root: string, resumed = false): FolderWriter {
  const folders = new Set<string>([root])
  const ending = new Set<Promise<void>>()
  /** Files that are complete and not flushed yet. */
  const unflushed: string[] = []
  let current: OpenFile | null = null
  /** Writes on another thread, one after the other. */
  let writes: Promise<void> = Promise.resolve()
  let failure: { readonly error: unknown } | null = null

  const makeFolder = async (path: string): Promise<void> => {
    if (folders.has(path)) return
    await makeFolder(dirname(path))
    await mkdir(path, { mode: 0o755, recursive: resumed })
    folders.add(path)
  }

  const endCurrent = async (): Promise<void> => {
    if (current === null) return
    cutToKept(current)
    const { path, size, file, lastWrite } = current
    current = null
    const large = size >= FLUSHED_BY_ITSELF_BYTES
    if (!large) unflushed.push(path)
    if (!large && lastWrite === null) return closeSync(file)
    const ended = Promise.resolve(lastWrite)
      .then(() => (large ? flushFile(file) : undefined))
      .finally(() => closeFile(file))
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => ending.delete(ended))
    ending.add(ended)
    if (ending.size >= ENDING_MAX) await Promise.race(ending)
    throwFailure()
  }
  const throwFailure = () => {
    if (failure !== null) throw failure.error
  }

  const begin = async (
    { name, type, size, executable }: ArchiveEntry,
    kept: number | null,
  ): Promise<void> => {
    await endCurrent()
    const path = join(root, ...name.split('/'))
    if (type === 'directory') return makeFolder(path)
    await makeFolder(dirname(path))
    const flags = kept === null ? (resumed ? REPLACE : CREATE) : CONTINUE
    // Thousands of small files are made in half the time that asking another thread for each would take.
    const file = openSync(path, flags, executable ? 0o755 : 0o644)
    current = { path, size, file, kept, lastWrite: null }
  }

  return {
    begin: (entry) => begin(entry, null),
    keep: (entry) => begin(entry, 0),
    kept(count) {
      if (current?.kept == null) throw new Error('bytes of a file that is not kept')
      current.kept += count
    },
    write(bytes) {
      if (current === null) throw new Error('bytes of a file that was not begun')
      cutToKept(current)
      const { file, lastWrite } = current
      if (lastWrite === null && bytes.length <= WRITTEN_AT_ONCE_BYTES) return writeHere(file, bytes)
      writes = writes.then(() => writeOnThread(file, bytes))
      // Whoever waits for it is told.
      writes.catch(() => {})
      current.lastWrite = writes
    },
    written: () => writes,
    async finish() {
      await endCurrent()
      await Promise.all(ending)
      throwFailure()
      await flushFiles(root, unflushed, [...folders])
    },
    async close() {
      await writes.catch(() => {})
      if (current !== null) closeSync(current.file)
      current = null
      await Promise.all(ending)
    },
  }
}

function cutToKept(open: OpenFile): void {
  if (open.kept !== null) ftruncateSync(open.file, open.kept)
  open.kept = null
}

function writeHere(file: number, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(writeSync(file, rest))
}

async function writeOnThread(file: number, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0; ) {
    const { bytesWritten } = await writeBeside(file, rest)
    rest = rest.subarray(bytesWritten)
  }
}
