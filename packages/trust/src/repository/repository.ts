import { RbeeError } from '@rbee/schema'
import { type CeremonyFiles, checkCeremony } from '../ceremony/chain.ts'
import type { Signer } from '../metadata/keys.ts'
import { sha256Of } from '../metadata/names.ts'
import { DAY_MS, HOUR_MS } from '../metadata/time.ts'
import { adoptCeremony } from './adopt.ts'
import { type CommitPorts, commit } from './commit.ts'
import { readCurrent, readRoot, readTargets } from './current.ts'
import { editBins, type TargetChanges, versionIn } from './edit-bins.ts'
import { TIMESTAMP_LIFETIME } from './lifetimes.ts'
import { isDue, renewal } from './renewal.ts'
import type { MetadataStore } from './store.ts'

export interface RepositoryPorts extends Omit<CommitPorts, 'online'> {
  /** The key that signs timestamp, snapshot and bins; null where the server has none. */
  readonly online: Signer | null
  /** Lets writers of one process wait for each other, where the runtime can. */
  readonly inTurn?: <T>(key: string, action: () => Promise<T>) => Promise<T>
  /** Called right before and after the first timestamp is signed: whatever shall be listed has to be named again. */
  readonly onFirst?: () => Promise<void>
}

/** How the signed metadata stands. */
export interface MetadataStatus {
  /** Version of the newest root, the SHA-256 of its file, and when it expires. */
  readonly root: { readonly version: number; readonly sha256: string; readonly expires: string }
  readonly targets: { readonly version: number; readonly expires: string }
  readonly timestamp: { readonly version: number; readonly expires: string }
}

/** The signed metadata of a server: what is listed, and signing in time. */
export interface MetadataRepository {
  /**
   * Publishes what the offline keys signed, and signs everything else for the first time. Fails with `metadata_invalid`
   * and `signing_failed`.
   */
  adopt(files: CeremonyFiles): Promise<void>
  /**
   * Lists files as `compute` says, all in one step for readers. Called again when another writer was faster, so it has to
   * read what it says anew. Does nothing before the first root is published. Fails with `signing_failed`.
   */
  update(compute: () => Promise<TargetChanges>): Promise<void>
  /** Signs anew what would expire, or every bin. Fails with `signing_failed`. */
  renew(options?: { readonly everyBin: boolean }): Promise<void>
  /** Null where nothing was signed yet. */
  status(): Promise<MetadataStatus | null>
  /** Fails with `signing_failed` when what has to be signed could not be. A server that never had keys signs nothing. */
  check(): Promise<void>
}

/** A timestamp that is older than its renewal by this much shows that nobody renews it. */
const LATE_MS = 2 * HOUR_MS

export function createMetadataRepository(ports: RepositoryPorts): MetadataRepository {
  const { store, clock } = ports
  const inTurn = ports.inTurn ?? ((_key, action) => action())
  let failure: RbeeError | null = null

  /** Remembers whether signing works. */
  function signing(action: (signingPorts: CommitPorts) => Promise<void>): Promise<void> {
    return inTurn('signed metadata', async () => {
      try {
        if (ports.online === null) throw keyMissing()
        await action({ store, clock, online: ports.online })
        failure = null
      } catch (error) {
        failure = error instanceof RbeeError ? error : signingFailed(error)
        throw failure
      }
    })
  }

  return {
    adopt: (files) =>
      signing(async (signer) => {
        await adoptCeremony(signer, checkCeremony(files), async () => ports.onFirst?.())
      }),
    async update(compute) {
      // Whoever publishes the first root has everything listed then.
      if (ports.online === null && (await readCurrent(store)) === null) return
      await signing((signer) =>
        commit(signer, async (current) => {
          if (current === null) return null
          await requireNamedKey(signer)
          const edit = await editBins(store, current, await compute())
          return edit.bins.size === 0 ? null : edit
        }),
      )
    },
    async renew({ everyBin } = { everyBin: false }) {
      if (ports.online === null && (await readCurrent(store)) === null) return
      await signing((signer) =>
        commit(signer, async (current) => {
          if (current === null) return null
          await requireNamedKey(signer)
          return renewal(store, current, clock(), everyBin)
        }),
      )
    },
    status: () => readStatus(store),
    async check() {
      if (failure !== null) throw failure
      const status = await readStatus(store)
      if (status !== null) requireCurrent(status, clock())
      else if (ports.online !== null) throw nothingSigned()
    },
  }
}

/** What another key signed would not be believed by any client. */
async function requireNamedKey({ store, online }: CommitPorts): Promise<void> {
  const newest = await readRoot(store)
  if (newest?.root.roles.timestamp.keyids.includes(online.keyId)) return
  throw new RbeeError('signing_failed', 'The online key is not the one that the published root names', {
    next: 'publish the root that names it; see: rbee-catalog keys status',
  })
}

async function readStatus(store: MetadataStore): Promise<MetadataStatus | null> {
  const [current, newest] = await Promise.all([readCurrent(store), readRoot(store)])
  if (current === null || newest === null) return null
  const { root, file } = newest
  const targets = await readTargets(store, versionIn(current.snapshot.signed.meta, 'targets'))
  const { version, expires } = current.timestamp.signed
  return {
    root: { version: root.version, sha256: sha256Of(file.body), expires: root.expires },
    targets: { version: targets.version, expires: targets.expires },
    timestamp: { version, expires },
  }
}

function requireCurrent({ root, targets, timestamp }: MetadataStatus, now: number): void {
  const offline = Date.parse(root.expires) < Date.parse(targets.expires) ? root : targets
  if (Date.parse(offline.expires) <= now) {
    throw new RbeeError('signing_failed', `What the root keys signed has expired on ${offline.expires}`, {
      next: 'sign it anew with: rbee-catalog keys renew',
    })
  }
  if (!isDue(timestamp.expires, now - LATE_MS, TIMESTAMP_LIFETIME)) return
  throw new RbeeError(
    'signing_failed',
    `The timestamp was not renewed in time, and expires on ${timestamp.expires}`,
    { next: "see the server's log" },
  )
}

/** From when on whoever holds the root keys should be told that what they signed will expire. */
export const OFFLINE_WARNING_MS = 60 * DAY_MS

function keyMissing(): RbeeError {
  return new RbeeError('signing_failed', 'The server has no key to sign metadata with', {
    next: 'put back keys/online.key in the data folder, or the secret RBEE_SIGNING_KEY',
  })
}

function nothingSigned(): RbeeError {
  return new RbeeError('signing_failed', 'No root was published yet', {
    next: 'publish one with: rbee-catalog keys publish',
  })
}

function signingFailed(cause: unknown): RbeeError {
  return new RbeeError('signing_failed', 'The metadata could not be signed', {
    next: 'the server tries again by itself',
    cause,
  })
}
