import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { flushFolder } from '@rbee/packaging'
import { hasCode } from '@rbee/schema'

/**
 * Replaces a file in one step: whoever reads it sees the old contents or the new ones, also after a power cut. One that has
 * these contents already is left alone, so that its time does not change.
 *
 * @param temporary a path on the same file system; what lies there is replaced.
 * @param now milliseconds since the epoch.
 * @returns whether anything was changed.
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array | string,
  { temporary, now }: { readonly temporary: string; readonly now: number },
): Promise<boolean> {
  const wanted = Buffer.from(bytes)
  const before = await contentsOf(path)
  if (before?.equals(wanted)) return false
  await writeFlushed(temporary, wanted)
  await putInPlace(path, temporary, now)
  await flushFolder(dirname(path))
  return true
}

/**
 * Renames a file that is complete and flushed. It gets a time at least a second above that of the one it replaces, because
 * HTTP tells times in seconds (RFC 9110, 5.6.7) and clients ask whether a file is newer.
 */
export async function putInPlace(path: string, temporary: string, now: number): Promise<void> {
  const replaced = await timeOf(path)
  const seconds = Math.floor(Math.max(now, replaced === null ? 0 : replaced + 1000) / 1000)
  await utimes(temporary, seconds, seconds)
  await rename(temporary, path)
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'w', 0o644)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } catch (error) {
    await rm(path, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/** Null where there is no such file. */
export async function contentsOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

async function timeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
