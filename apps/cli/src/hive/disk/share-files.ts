import { chmod, constants, copyFile, type FileHandle, link, open, rename, rm, unlink } from 'node:fs/promises'
import { hasCode } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import { filesBelow, type InstalledFile, listBuildFolders } from './installed-files.ts'

/** Smaller files are not worth a second look. */
const WORTH_SHARING_BYTES = 1024 * 1024
const COMPARED_BYTES = 1024 * 1024
const TEMPORARY = '.rbee-shared'

/**
 * Lets large files of a new build that are, byte for byte, those of an installed one take no room of their own. Where the file
 * system can (Btrfs, XFS, APFS), they are copies that share their blocks until one of them is written to; elsewhere one
 * file with two names, which nobody may write to. What cannot be shared stays as it is.
 *
 * @param staged the new build, which nobody uses yet
 * @returns the bytes that are saved
 */
export async function shareFiles(home: HiveHome, staged: string, signal: AbortSignal): Promise<number> {
  const fresh = await largeFiles(staged)
  if (fresh.length === 0) return 0
  const installed: InstalledFile[] = []
  for (const { folder } of await listBuildFolders(home)) installed.push(...(await largeFiles(folder)))
  let saved = 0
  for (const file of fresh) {
    for (const other of installed) {
      if (other.size !== file.size || other.executable !== file.executable) continue
      if (!(await areEqual(file, other, signal)) || !(await replaceBy(file, other))) continue
      saved += file.allocated
      break
    }
  }
  return saved
}

async function largeFiles(folder: string): Promise<InstalledFile[]> {
  return (await filesBelow(folder)).filter(({ size }) => size >= WORTH_SHARING_BYTES)
}

/** Whether two files of one size hold the same bytes; false where one is gone. */
async function areEqual(a: InstalledFile, b: InstalledFile, signal: AbortSignal): Promise<boolean> {
  const first = await openIfThere(a.path)
  const second = await openIfThere(b.path)
  try {
    return first !== null && second !== null && (await holdTheSame(first, second, a.size, signal))
  } finally {
    await first?.close()
    await second?.close()
  }
}

async function holdTheSame(
  a: FileHandle,
  b: FileHandle,
  size: number,
  signal: AbortSignal,
): Promise<boolean> {
  const [left, right] = [Buffer.alloc(COMPARED_BYTES), Buffer.alloc(COMPARED_BYTES)]
  for (let position = 0; position < size; ) {
    signal.throwIfAborted()
    const [{ bytesRead: length }, { bytesRead: otherLength }] = await Promise.all([
      a.read(left, 0, COMPARED_BYTES, position),
      b.read(right, 0, COMPARED_BYTES, position),
    ])
    if (length === 0 || length !== otherLength) return false
    if (left.compare(right, 0, length, 0, length) !== 0) return false
    position += length
  }
  return true
}

/** In one step, so that the file is there at every moment. @returns whether it was done. */
async function replaceBy({ path, executable }: InstalledFile, other: InstalledFile): Promise<boolean> {
  const temporary = `${path}${TEMPORARY}`
  try {
    if (await cloneBlocks(other.path, temporary)) await chmod(temporary, executable ? 0o755 : 0o644)
    else {
      await link(other.path, temporary)
      // What is written to one name is written to the other: nobody may.
      await chmod(temporary, executable ? 0o555 : 0o444)
    }
    await rename(temporary, path)
    return true
  } catch (error) {
    await rm(temporary, { force: true })
    if (isRefusal(error)) return false
    throw error
  }
}

async function cloneBlocks(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) {
      await unlink(to)
      return cloneBlocks(from, to)
    }
    if (hasCode(error, 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EINVAL', 'ENOTTY')) return false
    throw error
  }
}

/** A file system without links, other rights, too many names of one file, or one that is gone. */
function isRefusal(error: unknown): boolean {
  return hasCode(error, 'EPERM', 'EACCES', 'EMLINK', 'EXDEV', 'ENOENT', 'ENOTSUP', 'ENOSYS', 'EROFS')
}

async function openIfThere(path: string) {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
