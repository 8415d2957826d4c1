import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError, type WorkerId, type WorkerIndex } from '@rbee/schema'
import type { TrustedRegistry } from '@rbee/trust/client'

/**
 * A server writes documents and signs them then: who reads in between finds what is not signed yet. So it is read again after
 * these times, in milliseconds.
 */
const PAUSES_MS = [200, 800] as const

/** What is trusted of a registry during one command. */
export interface Trust {
  /** False for a registry that signs nothing, where the user accepts that. Fails as `openTrust` does. */
  isSigned(): Promise<boolean>
  /** What the registry signed, as of now; null for one that signs nothing. Fails as `openTrust` does. */
  registry(): Promise<TrustedRegistry | null>
  /** What is signed of a worker, asked for once; see `TrustedRegistry`. Undefined for a registry that signs nothing. */
  worker(id: WorkerId): Promise<WorkerIndex | null | undefined>
  /** A file that the registry signed, verified; see `TrustedRegistry`. Undefined for a registry that signs nothing. */
  target(path: string): Promise<Uint8Array | null | undefined>
  /** Does what compares documents with signed metadata, and does it again with newer metadata where they do not agree. */
  settled<Result>(work: () => Promise<Result>): Promise<Result>
}

/** @param open fetches what is trusted. It is called at once, so that it goes on while other things are done. */
export function createTrust(open: () => Promise<TrustedRegistry | null>, signal: AbortSignal): Trust {
  let opened = open()
  // Told to whoever needs it.
  opened.catch(() => {})
  const workers = new Map<WorkerId, Promise<WorkerIndex | null | undefined>>()
  return {
    isSigned: async () => (await opened) !== null,
    registry: () => opened,
    worker(id) {
      const known = workers.get(id)
      if (known !== undefined) return known
      const index = opened.then((trusted) => trusted?.worker(id))
      workers.set(id, index)
      return index
    },
    target: async (path) => (await opened)?.target(path),
    async settled(work) {
      for (const pause of PAUSES_MS) {
        const before = opened
        try {
          return await work()
        } catch (error) {
          if (!isDisagreement(error)) throw error
          await sleep(pause, undefined, { signal })
          if (before === opened) {
            opened = open()
            workers.clear()
          }
          await opened
        }
      }
      return work()
    },
  }
}

/** Documents and signed metadata are of two moments. */
export function isDisagreement(error: unknown): error is RbeeError {
  if (!(error instanceof RbeeError)) return false
  return ['document_altered', 'document_foreign', 'metadata_withheld'].includes(error.code)
}
