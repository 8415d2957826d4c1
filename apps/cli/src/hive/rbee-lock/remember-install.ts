import { RbeeError, type ReleaseDocument, type VariantName, type Version, type WorkerId } from '@rbee/schema'
import type { Terminal } from '../../program/terminal.ts'
import { translateDiskError } from '../disk-errors.ts'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import { homeLock, type LockedWorker, readLocked, writeLocked } from './rbee-lock.ts'

/** What the user asked for; null where it was left to the program. */
export interface Asked {
  readonly version: Version | null
  readonly variant: VariantName | null
}

export interface Remembered {
  /** The lock file. */
  readonly path: string
  readonly home: HiveHome
  readonly release: ReleaseDocument
  readonly installed: InstalledBuild
  readonly registry: string
  /** What was asked for, or what comes of what the file says of the worker so far. */
  readonly asked: Asked | ((before: LockedWorker | null) => Asked)
}

/** Writes what was installed into the lock file. An installation that is done is not undone where that fails: it is told. */
export async function rememberInstall(remembered: Remembered, terminal: Terminal): Promise<void> {
  const { path, home, release, installed, registry, asked } = remembered
  const { variant, platform, digest, reason } = installed
  const chosen = { variant, platform, digest, reason }
  const { version, worker } = release
  await orTell(path, terminal, async () => {
    const policy = typeof asked === 'function' ? asked(await readLocked(path, worker)) : asked
    await writeLocked(path, worker, { version, registry, policy, chosen, release }, home)
  })
}

/** Takes a worker out of the lock file of the home folder: what is installed of it now, if anything, has no release behind it. */
export async function forgetInstall(home: HiveHome, id: WorkerId, terminal: Terminal): Promise<void> {
  const path = homeLock(home)
  await orTell(path, terminal, () => writeLocked(path, id, null, home))
}

async function orTell(path: string, terminal: Terminal, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    const failure = translateDiskError(error, path)
    if (!(failure instanceof RbeeError)) throw failure
    terminal.warn(`the lock file was not changed: ${failure.message}; ${failure.next}`)
  }
}
