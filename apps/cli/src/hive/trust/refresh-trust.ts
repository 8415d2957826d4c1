import { RbeeError } from '@rbee/schema'
import { openTrustedRegistry, type TrustedRegistry, type TrustPorts } from '@rbee/trust/client'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'
import { folderStore } from './folder-store.ts'
import { sessionStore, toldOf } from './session-store.ts'

/** More runs than get in each other's way: in every round one of them has kept what it saw. */
const MAX_ROUNDS = 50

export interface RefreshRequest extends Pick<TrustPorts, 'source' | 'clock'> {
  readonly home: HiveHome
  readonly registry: string
  /** Remember nothing of it. */
  readonly readOnly: boolean
  /** Told of what keeps it from being remembered. */
  readonly tell: (problem: RbeeError) => void
}

/**
 * Brings what is trusted of a known registry up to date. Of several runs at once each compares what it saw with what the ones
 * before it kept, as if they had come one after the other; nobody waits for the network of another. Fails as
 * `openTrustedRegistry` does, and with `busy`.
 */
export async function refreshTrust(request: RefreshRequest): Promise<TrustedRegistry> {
  const { home, registry, readOnly, tell, source, clock } = request
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const session = sessionStore(folderStore(home.trustFolder(registry)), tell)
    const opened = await openTrustedRegistry({ source, clock, store: session })
    if (readOnly) return opened
    const isKept = await toldOf(tell, () => withLock(home, { trust: registry }, () => session.keep()))
    if (isKept !== false) return opened
  }
  throw new RbeeError('busy', `other processes keep changing what is trusted of ${registry}`, {
    next: 'wait until they have finished and run the command again',
  })
}
