import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'
import type { Repository } from '../git/repository.ts'
import { listWorkFiles } from '../git/work-files.ts'
import { type CatalogTree, type TreeEntryKind, textOf } from './catalog-tree.ts'
import { readPlainFile } from './folder-tree.ts'

/**
 * The work tree of a repository as a catalog: what is committed as it lies on the disk now, and what is new. Nothing is
 * checked out, filtered or followed.
 */
export async function openWorkTree(repository: Repository): Promise<CatalogTree> {
  const { entries: listed, unusable } = await listWorkFiles(repository)
  const entries = new Map<string, TreeEntryKind>()
  for (const [path, kind] of listed) {
    const present = await kindOnDisk(join(repository.root, path), kind)
    if (present !== null) entries.set(path, present)
  }
  return {
    commit: repository.commit,
    scope: repository.prefix,
    entries,
    unusable,
    read: async (path, maxBytes) => textOf(await readPlainFile(repository.root, path, maxBytes)),
    readBytes: (path, maxBytes) => readPlainFile(repository.root, path, maxBytes),
    close: async () => {},
  }
}

/** Null for what was deleted; a link that Git wrote as a text file stays a link, because elsewhere it is one. */
async function kindOnDisk(
  path: string,
  listed: 'file' | 'link' | 'submodule',
): Promise<TreeEntryKind | null> {
  try {
    const status = await lstat(path)
    if (listed !== 'file') return listed
    if (status.isDirectory()) return 'submodule'
    return status.isFile() ? 'file' : 'link'
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    throw error
  }
}
