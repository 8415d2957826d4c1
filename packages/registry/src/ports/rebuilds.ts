import type { Digest, Platform, PublisherKey, Sha256, VariantName, Version, WorkerId } from '@rbee/schema'
import type { RegistryEvent } from './log-entries.ts'

/** What somebody attested who built an artifact once more. The envelope is a document, stored by its SHA-256. */
export interface NewRebuild {
  readonly version: Version
  readonly platform: Platform
  readonly variant: VariantName
  readonly key: PublisherKey
  /** Whose token it came with: see `rebuilderAccount`. */
  readonly account: string
  /** Whether that token was limited to this very worker. */
  readonly own: boolean
  readonly reproduced: boolean
  readonly rebuilt: Digest
  readonly sha256: Sha256
  /** Milliseconds since the epoch. */
  readonly at: number
}

export interface RebuildRow extends NewRebuild {
  /** Grows with every attestation. */
  readonly id: number
  /** When its key attested anew; null for what its key says now. */
  readonly supersededAt: number | null
  /** Why operators do not count its key or account. */
  readonly strikes: readonly StrikeRow[]
}

/** A rebuilder who is not counted. */
export interface StrikeRow {
  /** Id of a key, or an account. */
  readonly rebuilder: string
  readonly reason: string
  readonly at: number
}

/** How many attestations are kept that were not superseded. */
export interface RebuildLimits {
  /** Of one release. */
  readonly release: number
  /** Of one artifact, with one account. */
  readonly account: number
  /** Superseded ones of one artifact, by one key: older ones are forgotten. */
  readonly history: number
}

/** What the registry asks of a database about rebuilds. */
export interface RebuildAttestations {
  /**
   * Adds an attestation in the place of the one that its key made before of the same artifact, and marks the worker as due,
   * in one atomic batch.
   *
   * @returns `unchanged` where this very envelope is what the key says already, `full` where a limit is reached.
   */
  attestRebuild(
    worker: WorkerId,
    rebuild: NewRebuild,
    limits: RebuildLimits,
  ): Promise<'stored' | 'unchanged' | 'full'>
  /**
   * Stops counting a rebuilder, or counts it again (`strike` null), remembers the events and marks every worker with an
   * attestation of it as due, in one atomic batch.
   *
   * @returns these workers. `same` where it stands so already, for this very reason; `unknown` where nobody attested anything
   * by that name.
   */
  strikeRebuilder(
    rebuilder: string,
    strike: Omit<StrikeRow, 'rebuilder'> | null,
    events: readonly RegistryEvent[],
  ): Promise<
    | { readonly kind: 'changed' | 'same'; readonly workers: readonly WorkerId[] }
    | { readonly kind: 'unknown' }
  >
  /** Puts back what was lost; what is there already is left alone. */
  restoreRebuilds(worker: WorkerId, rows: readonly RebuildRow[]): Promise<void>
}
