import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type ReleaseDocument } from '@rbee/schema'
import { EXIT, endingWith } from '../../program/exit-codes.ts'
import type { Terminal } from '../../program/terminal.ts'
import { digestsOf, type LockedWorker, readLocked } from './rbee-lock.ts'

/** A way to the registry that a locked worker was taken from. */
export type Connect = (registry: string) => Promise<RegistryClient>

export interface LockedQuestion {
  /** The lock file. */
  readonly path: string
  /** As the user names the worker; an alias means what it meant when the file was written. */
  readonly address: string
  readonly version: string | null
  readonly terminal: Terminal
  readonly connect: Connect
}

/**
 * The release that a lock file names, as far as the registry does not say otherwise: it may have been quarantined since.
 * Without a registry that answers, the file alone decides.
 *
 * Fails with `lock_missing` where the file does not name the worker, with `lock_mismatch` where another version is asked for, or
 * the registry has other bytes, and with `state_damaged` for a file that is not what was written.
 */
export async function lockedRelease(question: LockedQuestion): Promise<LockedWorker> {
  const { path, version, terminal, connect } = question
  const locked = await requireLocked(question)
  const { worker } = locked.release
  if (version !== null && version !== locked.version) {
    throw new RbeeError('lock_mismatch', `${path} holds ${worker} ${locked.version}, not ${version}`, {
      next: `leave out the version, or --locked: rbee-hive install ${worker}@${version}`,
    })
  }
  let offered: ReleaseDocument
  try {
    offered = await (await connect(locked.registry)).getRelease(worker, locked.version)
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'registry_unreachable') throw error
    terminal.warn(`${locked.registry} cannot be reached; ${path} alone decides`)
    return locked
  }
  assertSameDigests(locked, offered, path)
  return { ...locked, release: { ...locked.release, quarantined: offered.quarantined } }
}

async function requireLocked({ path, address }: LockedQuestion): Promise<LockedWorker> {
  const locked = await readLocked(path, address).catch((error: unknown) => {
    // It may come from anywhere: what it says is refused like what a registry says.
    throw error instanceof RbeeError && error.code === 'state_damaged'
      ? endingWith(error, EXIT.refused)
      : error
  })
  if (locked !== null) return locked
  throw new RbeeError('lock_missing', `${path} does not name ${address}`, {
    next: `install it once without --locked, which writes it there: rbee-hive install ${address}`,
  })
}

function assertSameDigests(locked: LockedWorker, offered: ReleaseDocument, path: string): void {
  const now = digestsOf(offered)
  for (const [artifact, digest] of digestsOf(locked.release)) {
    const other = now.get(artifact)
    if (other === digest) continue
    const { worker, version } = locked.release
    throw new RbeeError(
      'lock_mismatch',
      other === undefined
        ? `the registry has no ${artifact} of ${worker} ${version} any more, which ${path} names`
        : `the registry has other bytes for ${artifact} of ${worker} ${version} than ${path} names`,
      {
        next: 'a release never changes: tell the operator of the registry before you install anything of it',
        details: { artifact, locked: digest, offered: other ?? null },
      },
    )
  }
}
