import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { INDEXED_FILE_BYTES, type IndexedFile } from '@rbee/packaging'
import { hasCode } from '@rbee/schema'
import { factsOf, filesBelow, type InstalledFile, listBuildFolders } from '../disk/installed-files.ts'
import type { HiveHome } from '../home.ts'
import { openKnownDigests, stampOf } from './known-digests.ts'

/** Frames of an archive, one behind the other, that hold a part of a file which is installed here. */
export interface LocalFrames {
  /** Where they begin and end in the archive, in compressed bytes. */
  readonly start: number
  readonly end: number
  readonly file: InstalledFile
  /** Where their content begins in the file. */
  readonly offset: number
  /** Of their content, in bytes. */
  readonly size: number
}

/** To leave out less is not worth the request that it takes to go on behind it, in compressed bytes. */
const WORTH_A_REQUEST_BYTES = 256 * 1024
/** To leave out less than this, and this share of what is left to fetch, is not worth the trouble. */
const WORTH_BYTES = 2 ** 20
const WORTH_SHARE = 0.1
const READ_BYTES = 1024 * 1024

/** The files that can be part of another archive. */
export async function largeInstalledFiles(home: HiveHome): Promise<readonly InstalledFile[]> {
  const files: InstalledFile[] = []
  for (const { folder } of await listBuildFolders(home))
    files.push(...(await filesBelow(folder)).filter(({ size }) => size >= INDEXED_FILE_BYTES))
  return files
}

/**
 * The frames of an archive that need not be fetched, in their order; none where that would not save much.
 *
 * @param from compressed bytes at the beginning that are not needed anyway
 * @param archiveSize in bytes
 */
export async function findLocalFrames(
  home: HiveHome,
  index: readonly IndexedFile[],
  installed: readonly InstalledFile[],
  { from, archiveSize }: { readonly from: number; readonly archiveSize: number },
  signal: AbortSignal,
): Promise<readonly LocalFrames[]> {
  const digests = await openKnownDigests(home, signal)
  const found: LocalFrames[] = []
  for (const indexed of index) {
    const wanted = framesFrom(indexed, from)
    if (wanted.end - wanted.start < WORTH_A_REQUEST_BYTES) continue
    for (const file of installed) {
      if (file.size !== indexed.size || (await digests.digestOf(file)) !== indexed.sha256) continue
      found.push({ ...wanted, file })
      break
    }
  }
  await digests.keep(installed)
  const saved = savedBytes(found)
  return saved >= WORTH_BYTES && saved >= WORTH_SHARE * (archiveSize - from) ? found : []
}

/** In compressed bytes. */
export function savedBytes(frames: readonly LocalFrames[]): number {
  return frames.reduce((sum, { start, end }) => sum + end - start, 0)
}

/** Those of a file's frames that begin at a place of the archive or behind it. */
function framesFrom({ at, frames, size }: IndexedFile, from: number): Omit<LocalFrames, 'file'> {
  let [start, end, offset] = [at, at, 0]
  for (const [compressed, bytes] of frames) {
    if (end < from) {
      start = end + compressed
      offset += bytes
    }
    end += compressed
  }
  return { start, end, offset, size: size - offset }
}

/** An installed file is not any more what it was when it was compared; whoever meets it fetches what it should hold. */
export class LocalFileChanged extends Error {
  override readonly name = 'LocalFileChanged'
}

/** What the frames hold, in chunks with memory of their own. Fails with {@link LocalFileChanged}. */
export async function* contentOf({ file, offset, size }: LocalFrames): AsyncGenerator<Uint8Array> {
  const handle = await openUnchanged(file)
  try {
    for (let read = 0; read < size; ) {
      const chunk = new Uint8Array(Math.min(READ_BYTES, size - read))
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset + read)
      if (bytesRead < chunk.length) throw changed(file)
      read += bytesRead
      yield chunk
    }
    // What was written to it meanwhile has been copied.
    if (stampOf(factsOf(await handle.stat())) !== stampOf(file)) throw changed(file)
  } finally {
    await handle.close()
  }
}

async function openUnchanged(file: InstalledFile): Promise<FileHandle> {
  let handle: FileHandle
  try {
    handle = await open(file.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ELOOP', 'EACCES', 'EPERM', 'ENOTDIR')) throw changed(file, error)
    throw error
  }
  if (stampOf(factsOf(await handle.stat())) === stampOf(file)) return handle
  await handle.close()
  throw changed(file)
}

function changed({ path }: InstalledFile, cause?: unknown): LocalFileChanged {
  return new LocalFileChanged(`${path} was changed while it was used`, { cause })
}
