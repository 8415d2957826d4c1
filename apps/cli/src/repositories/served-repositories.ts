import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, PackageRepositoryJob } from '@rbee/catalog'
import { openRepositories, repositoryLayout } from '@rbee/package-repositories'
import type { CatalogReader } from '@rbee/registry'
import { RbeeError, type WorkerId } from '@rbee/schema'
import { withRepositoryFolder } from './locked-folder.ts'
import { registryReaderSource } from './registry-reader-source.ts'
import { PAUSE_AFTER_CHANGE_MS, updateLoop } from './update-loop.ts'

/** When a server makes repositories of package managers: once they are first asked for, from its start, or never. */
export const REPOSITORIES_WANTED = ['asked', 'always', 'off'] as const
export type RepositoriesWanted = (typeof REPOSITORIES_WANTED)[number]

/** How long who asks first is kept waiting: pacman gives up after ten seconds without a byte. */
const PATIENCE_MS = 8_000

interface Surroundings {
  readonly reader: CatalogReader
  /** Under which clients reach the server. */
  readonly url: string
  readonly clock: () => number
  readonly log: Log
}

interface Wishes {
  readonly wanted: Exclude<RepositoriesWanted, 'off'>
  readonly folder: string
  readonly pauseAfterChangeMs?: number
  readonly patienceMs?: number
}

/**
 * Makes repositories of what a server holds, beside its requests, and follows every change. One that was made once is kept
 * up to date from then on, by later processes too. A failure is logged and tried again; what was there before stays.
 */
export function serveRepositories(
  { reader, url, clock, log }: Surroundings,
  { wanted, folder, pauseAfterChangeMs = PAUSE_AFTER_CHANGE_MS, patienceMs = PATIENCE_MS }: Wishes,
): PackageRepositoryJob {
  const ending = new AbortController()
  const { signal } = ending
  const repositories = openRepositories({ source: registryReaderSource(reader, url), folder, clock, signal })
  const first = Promise.withResolvers<void>()
  // What an earlier process made is whole, and served until there is something newer.
  if (existsSync(lastWritten(folder))) first.resolve()

  async function update(changed: ReadonlySet<WorkerId> | null): Promise<boolean> {
    try {
      const report = await withRepositoryFolder(folder, () => repositories.update(changed))
      first.resolve()
      const { packages, packages_made, formulas, left_out } = report
      log.info({ packages, packages_made, formulas }, 'the package repositories are up to date')
      for (const omission of left_out) log.error({ ...omission }, 'a package could not be made')
      return true
    } catch (error) {
      if (!signal.aborted) log.error({ error }, 'the package repositories could not be brought up to date')
      return false
    }
  }

  const loop = updateLoop(update, ending, pauseAfterChangeMs)
  if (wanted === 'always' || existsSync(folder)) loop.start()
  return {
    folder,
    async ready() {
      loop.start()
      if (await isSoon(first.promise, patienceMs)) return
      throw new RbeeError('not_ready', 'The package repositories are being made', {
        next: 'ask again in a minute; where it goes on failing, the log of the server says why',
      })
    },
    changed: loop.changed,
    stop: loop.stop,
  }
}

/** The file that the first build puts in place last. */
function lastWritten(folder: string): string {
  return join(repositoryLayout(folder).tap, 'info', 'refs')
}

async function isSoon(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  const patience = new AbortController()
  try {
    const waited = sleep(milliseconds, false, { signal: patience.signal, ref: false }).catch(() => false)
    return await Promise.race([promise.then(() => true), waited])
  } finally {
    patience.abort()
  }
}
