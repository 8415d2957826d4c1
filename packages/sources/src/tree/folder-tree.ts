import { constants, type Dirent } from 'node:fs'
import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import {
  type BytesOutcome,
  bytesOutcome,
  type CatalogTree,
  isUsablePath,
  joinPath,
  type TreeEntryKind,
  textOf,
} from './catalog-tree.ts'

export interface FolderTreeOptions {
  /** Folder of the catalog below the root; '' for the root itself. */
  readonly scope: string
  /** Levels of folders that are listed. */
  readonly maxDepth: number
  /** More entries than this end the reading with `catalog_limit`. */
  readonly maxEntries: number
  /** Folders of this name are not looked into. */
  readonly skipFolders: ReadonlySet<string>
}

/**
 * A plain folder as a catalog, read without following any link.
 *
 * @param root an absolute path.
 * @throws RbeeError `catalog_unreadable` where it cannot be listed, `catalog_limit` where it holds too much.
 */
export async function openFolderTree(root: string, options: FolderTreeOptions): Promise<CatalogTree> {
  const entries = new Map<string, TreeEntryKind>()
  const unusable: string[] = []
  let queue = [{ folder: options.scope, depth: 1 }]
  while (queue.length > 0) {
    const deeper: typeof queue = []
    for (const { folder, depth } of queue) {
      const listed = await listFolder(join(root, folder))
      if (listed === null) entries.set(folder === '' ? '.' : folder, 'unreadable')
      for (const entry of listed ?? []) {
        const path = joinPath(folder, entry.name)
        if (!isUsablePath(path)) {
          unusable.push(path)
        } else if (entry.isDirectory()) {
          if (depth < options.maxDepth && !options.skipFolders.has(entry.name)) {
            deeper.push({ folder: path, depth: depth + 1 })
          }
        } else {
          entries.set(path, entry.isFile() ? 'file' : 'link')
        }
        if (entries.size + unusable.length + deeper.length > options.maxEntries) {
          throw new RbeeError('catalog_limit', `the folder holds more than ${options.maxEntries} files`, {
            next: 'name the folder that holds the workers',
          })
        }
      }
    }
    queue = deeper
  }
  return {
    commit: null,
    scope: options.scope,
    entries,
    unusable,
    read: async (path, maxBytes) => textOf(await readPlainFile(root, path, maxBytes)),
    readBytes: (path, maxBytes) => readPlainFile(root, path, maxBytes),
    close: async () => {},
  }
}

/** Null where this process may not look into the folder. */
async function listFolder(folder: string): Promise<Dirent[] | null> {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    const name = errorName(error)
    if (name === 'EACCES' || name === 'EPERM') return null
    throw new RbeeError('catalog_unreadable', `${folder} cannot be listed (${name})`, { cause: error })
  }
}

/** Reads a file below `root` without following any link, in its folders or at its end. */
export async function readPlainFile(root: string, path: string, maxBytes: number): Promise<BytesOutcome> {
  if (await leadsThroughLink(root, path)) return { ok: false, reason: 'link' }
  try {
    // A link that takes the file's place after the check is refused by the system call itself.
    await using file = await open(
      join(root, path),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    )
    const status = await file.stat()
    if (status.isDirectory()) return { ok: false, reason: 'absent' }
    if (!status.isFile()) return { ok: false, reason: 'link' }
    if (status.size > maxBytes) return { ok: false, reason: 'too-large' }
    // One byte more than it claims: what grows while it is read is read no further.
    const buffer = new Uint8Array(status.size + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return bytesOutcome(buffer.subarray(0, length))
  } catch (error) {
    const name = errorName(error)
    if (name === 'ENOENT' || name === 'ENOTDIR') return { ok: false, reason: 'absent' }
    if (name === 'ELOOP') return { ok: false, reason: 'link' }
    if (name === 'EACCES' || name === 'EPERM') return { ok: false, reason: 'unreadable' }
    throw new RbeeError('catalog_unreadable', `${join(root, path)} cannot be read (${name})`, {
      cause: error,
    })
  }
}

/** Whether one of the folders of a path is a link; the file itself is judged when it is opened. */
async function leadsThroughLink(root: string, path: string): Promise<boolean> {
  const names = path.split('/').slice(0, -1)
  let folder = root
  for (const name of names) {
    folder = join(folder, name)
    const status = await lstat(folder).catch(absentOnly)
    if (status === null) return false
    if (status.isSymbolicLink()) return true
  }
  return false
}

function absentOnly(error: unknown): null {
  const name = errorName(error)
  if (name === 'ENOENT' || name === 'ENOTDIR') return null
  throw error
}

function errorName(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
}
