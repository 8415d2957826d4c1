import { execFile } from 'node:child_process'
import { close, constants, fdatasync, fsync, open } from 'node:fs'
import { promisify } from 'node:util'
import { hasCode } from '@rbee/schema'

/**
 * A disk is told to empty its cache for every file that is flushed, one after the other (0.2 ms each where this was
 * measured), so from here on the whole file system is flushed once.
 */
const WORTH_A_WHOLE_FLUSH = 64
const FLUSHED_AT_ONCE = 8

const openFile = promisify(open)
const closeFile = promisify(close)
const flushData = promisify(fdatasync)
const flushAll = promisify(fsync)

/** Returns when closed files, and folders with their names, are on the disk. All of them lie below `root`, on one file system. */
export async function flushFiles(
  root: string,
  files: readonly string[],
  folders: readonly string[],
): Promise<void> {
  if (files.length + folders.length >= WORTH_A_WHOLE_FLUSH && (await flushFileSystem(root))) return
  await eachOf(files, (path) => flush(path, constants.O_RDWR, flushData))
  await eachOf(folders, flushFolder)
}

/**
 * `syncfs` by the program of coreutils, because Node has no such call.
 * @returns false where there is no program that knows how, or it failed.
 */
async function flushFileSystem(root: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  for (const program of ['/usr/bin/sync', '/bin/sync']) {
    try {
      await promisify(execFile)(program, ['--file-system', root], { env: {} })
      return true
    } catch {
      // An older one, or another program by that name: the files are flushed one by one.
    }
  }
  return false
}

/** Makes names inside a folder survive a power failure. Windows cannot open a folder, and needs no such call. */
export async function flushFolder(path: string): Promise<void> {
  try {
    await flush(path, constants.O_RDONLY, flushAll)
  } catch (error) {
    if (!hasCode(error, 'EISDIR') && !hasCode(error, 'EPERM')) throw error
  }
}

async function flush(path: string, flags: number, how: (file: number) => Promise<void>): Promise<void> {
  const file = await openFile(path, flags | (constants.O_NOFOLLOW ?? 0))
  try {
    await how(file)
  } finally {
    await closeFile(file)
  }
}

async function eachOf(paths: readonly string[], work: (path: string) => Promise<void>): Promise<void> {
  const left = paths[Symbol.iterator]()
  await Promise.all(
    Array.from({ length: FLUSHED_AT_ONCE }, async () => {
      for (const path of left) await work(path)
    }),
  )
}
