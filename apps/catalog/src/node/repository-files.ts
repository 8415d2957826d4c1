import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { streamOfFile } from '@rbee/blobs/files'
import { hasCode } from '@rbee/schema'
import type { PackageRepositories, PackageRepositoryJob, RepositoryFile } from '../package-repositories.ts'

/** Opens files that a job makes. What is open stays as it is, also when it is replaced meanwhile. */
export function repositoryFiles({
  folder,
  ready,
}: Pick<PackageRepositoryJob, 'folder' | 'ready'>): PackageRepositories {
  return {
    async open(path) {
      await ready()
      return openFile(join(folder, path))
    },
  }
}

/** Null where there is none. */
export async function openFile(path: string): Promise<RepositoryFile | null> {
  try {
    const handle = await open(path, 'r')
    const { size, mtimeMs } = await handle.stat()
    return {
      size,
      modifiedAt: Math.floor(mtimeMs / 1000),
      read: (range) => streamOfFile(handle, range?.start ?? 0, range?.end ?? size - 1),
      close: () => handle.close(),
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
