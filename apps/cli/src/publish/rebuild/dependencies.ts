import { lstat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { WorkerManifest } from '@rbee/schema'

/** What has to be fetched before a build that has no network, as the lock file of its folder says. */
export interface DependencyFetch {
  readonly command: readonly string[]
  /** The lock file, relative to the source. */
  readonly lock: string
}

/** Fetched are exactly what the lock file names: without one, no two builds need be the same. */
const BY_LOCK: readonly { readonly lock: string; readonly command: readonly string[] }[] = [
  { lock: 'package-lock.json', command: ['npm', 'ci', '--no-audit', '--no-fund'] },
  { lock: 'pnpm-lock.yaml', command: ['npx', '--yes', 'pnpm', 'install', '--frozen-lockfile'] },
  { lock: 'Cargo.lock', command: ['cargo', 'fetch', '--locked'] },
]

/**
 * What a worker's folder needs fetched; null where no lock file says so.
 *
 * @param source where it lies. @param folder of the worker in it.
 */
export async function dependencyFetch(
  source: string,
  folder: string,
  { build }: Pick<WorkerManifest, 'build'>,
): Promise<DependencyFetch | null> {
  const [program = ''] = build.command ?? []
  const isCargo = build.system === 'cargo' || program === 'cargo'
  for (const path of foldersUp(folder)) {
    for (const { lock, command } of BY_LOCK) {
      if (isCargo !== (lock === 'Cargo.lock')) continue
      const info = await lstat(join(source, path, lock)).catch(() => null)
      if (info?.isFile()) return { command, lock: posix.join(path, lock) }
    }
  }
  return null
}

/** The folder, and those above it up to the source's own: workspaces keep their lock file there. */
function foldersUp(folder: string): string[] {
  const parts = folder.split('/').filter((part) => part !== '')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/')).concat('')
}
