import type { RegistryClient } from '@rbee/api-client'
import type { ReleaseDocument } from '@rbee/schema'
import type { Terminal } from '../../program/terminal.ts'
import type { HiveHome } from '../home.ts'
import { checkLogged } from '../log/check-logged.ts'
import type { ArtifactName } from '../provenance/check-publisher.ts'
import type { Trust } from '../trust/trust.ts'
import type { Evidence } from './evidence.ts'

/** A release that is about to be installed. */
export interface VouchQuestion {
  readonly release: ReleaseDocument
  readonly artifact: ArtifactName
  readonly signal: AbortSignal
}

/** Asks a registry what else speaks for a release. Fails where something speaks against it, and where nobody answers. */
export type Vouch = (question: VouchQuestion) => Promise<Evidence>

export interface VouchSurroundings {
  readonly home: HiveHome
  readonly registry: string
  readonly client: RegistryClient
  readonly trust: Trust
  readonly clock: () => number
  readonly terminal: Pick<Terminal, 'info'>
}

/** @returns what asks this registry; see {@link checkLogged} for what it fails with. */
export function vouchAt(surroundings: VouchSurroundings): Vouch {
  const { registry, trust, clock, terminal } = surroundings
  return async ({ release, artifact, signal }) => {
    const checked_at = new Date(clock()).toISOString()
    // Loaded now: other commands that meet a registry start without it.
    const { checkPublisher } = await import('../provenance/check-publisher.ts')
    const place = checkLogged({ ...surroundings, release, signal })
    const [log, publisher] = await Promise.all([
      place,
      checkPublisher({ ...surroundings, release, artifact, place, signal }),
    ])
    // Of one that signs nothing the user knows already.
    if (log === null && (await trust.isSigned())) {
      terminal.info(
        `${registry} keeps no public log of what it publishes: that others get the same is not checked`,
      )
    }
    return { checked_at, log, publisher }
  }
}
