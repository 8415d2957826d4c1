import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode, RbeeError, type Sha256, sha256Schema } from '@rbee/schema'
import type { FileFacts } from './manifest.ts'

/** Told of bytes as they pass; throws where the work is to be given up. */
export type OnBytes = (count: number) => void

/**
 * Writes a file in one step: it appears under `path` complete and flushed to the disk, or not at all.
 *
 * @param temporary a path on the same file system; what lies there is replaced.
 * @param accept says whether what was written is what was wanted; else nothing appears.
 */
export async function writeWhole(
  path: string,
  temporary: string,
  chunks: AsyncIterable<Uint8Array>,
  { onBytes, accept }: { onBytes?: OnBytes; accept?: (facts: FileFacts) => boolean } = {},
): Promise<FileFacts> {
  try {
    await makePrivateFolder(dirname(path))
    const facts = await write(temporary, chunks, onBytes)
    if (accept && !accept(facts)) return facts
    await rename(temporary, path)
    await flush(dirname(path))
    return facts
  } catch (error) {
    throw explainDisk(error, path)
  } finally {
    await rm(temporary, { force: true })
  }
}

async function write(path: string, chunks: AsyncIterable<Uint8Array>, onBytes?: OnBytes): Promise<FileFacts> {
  const hash = createHash('sha256')
  let size = 0
  const handle = await open(path, 'w', 0o600)
  try {
    for await (const chunk of chunks) {
      onBytes?.(chunk.length)
      hash.update(chunk)
      size += chunk.length
      await handle.writeFile(chunk)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { size, sha256: sha256Schema.parse(hash.digest('hex')) }
}

/** Size and digest of a file; null where there is none. */
export async function factsOfFile(path: string, onBytes?: OnBytes): Promise<FileFacts | null> {
  try {
    return await factsOf(createReadStream(path, { highWaterMark: 2 ** 20 }), onBytes)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

export async function factsOf(chunks: AsyncIterable<Uint8Array>, onBytes?: OnBytes): Promise<FileFacts> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of chunks) {
    onBytes?.(chunk.length)
    hash.update(chunk)
    size += chunk.length
  }
  return { size, sha256: sha256Schema.parse(hash.digest('hex')) }
}

export function sameFile(a: FileFacts, b: { readonly size: number; readonly sha256: Sha256 }): boolean {
  return a.size === b.size && a.sha256 === b.sha256
}

/** A backup holds hashes of tokens, and releases that may not be for everybody. */
export async function makePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw explainDisk(error, path)
  }
}

/** Makes a file that another program wrote, or a rename inside a folder, survive a power failure. */
export async function flush(path: string): Promise<void> {
  // Windows flushes nothing that is open for reading only; NTFS journals renames itself.
  if (process.platform === 'win32') return
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Gives what a file system refuses its code; every other error is returned as it is. */
export function explainDisk(error: unknown, path: string): unknown {
  // EFBIG is the limit that `ulimit -f` sets.
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) {
    return new RbeeError('disk_full', `The disk is full: ${path} could not be written`, {
      next: 'free some space and run the command again; nothing half-written is left',
      cause: error,
    })
  }
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST')) {
    return new RbeeError('setting_invalid', `${path} cannot be written (${error.code})`, {
      next: 'name another folder, or change its permissions',
      cause: error,
    })
  }
  return error
}
