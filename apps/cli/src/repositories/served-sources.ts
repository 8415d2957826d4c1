import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Log, SourceRelease, SourceRepositoryJob } from '@rbee/catalog'
import { hasCode, RbeeError } from '@rbee/schema'
import { writeSourceRepository } from '@rbee/sources'

interface Surroundings {
  /** The folder that a relative catalog means. */
  readonly cwd: string
  /** PATH to find git on. */
  readonly searchPath: string | undefined
  readonly signal: AbortSignal
  readonly log: Log
}

interface Wishes {
  /** As `compileCatalog` reads them, in their order of precedence. */
  readonly catalogs: readonly string[]
  /** Where the server keeps its data, which is none of anybody's sources. The repositories lie in a folder of it. */
  readonly dataDir: string
}

/**
 * Makes repositories of the sources that the catalogs of this machine hold, when somebody asks for one. There is one for a
 * release: what was made for another commit of it is removed.
 */
export function serveSources(surroundings: Surroundings, { catalogs, dataDir }: Wishes): SourceRepositoryJob {
  const folder = join(dataDir, 'sources')
  const running = new Map<string, Promise<boolean>>()

  async function make(release: SourceRelease, target: string): Promise<boolean> {
    const { id, version, git } = release
    const wish = { git, tag: `v${version}`, message: `${id} ${version}` }
    const { cwd: base, searchPath, signal, log } = surroundings
    const options = { base, searchPath, signal, without: dataDir }
    for (const catalog of catalogs) {
      try {
        if (!(await writeSourceRepository(catalog, wish, target, options))) continue
        await removeOthers(target)
        return true
      } catch (error) {
        if (!(error instanceof RbeeError)) throw error
        log.error({ error, catalog }, 'the source of a worker could not be read')
      }
    }
    return false
  }

  function folderOf({ id, version, git }: SourceRelease): string {
    return join(folder, `${id}-${version}`, `${git.commit ?? 'files'}.git`)
  }

  return {
    folderOf,
    async update(release) {
      const target = folderOf(release)
      // Files of a folder may have changed; what a commit holds never does.
      if (release.git.commit !== null && (await isThere(target))) return true
      const made = running.get(target) ?? make(release, target).finally(() => running.delete(target))
      running.set(target, made)
      return made
    },
  }
}

async function isThere(target: string): Promise<boolean> {
  return (await listed(target)).includes('HEAD')
}

async function removeOthers(target: string): Promise<void> {
  const parent = join(target, '..')
  for (const name of await listed(parent)) {
    if (name !== basename(target)) await rm(join(parent, name), { recursive: true, force: true })
  }
}

async function listed(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
