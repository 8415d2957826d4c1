import type { RebuildStatement } from '@rbee/provenance'
import type { RebuildCounts, Strike } from '@rbee/schema'

/** What became of an attestation. */
export interface AttestedRebuild {
  /** False where the key says this already. */
  readonly created: boolean
  readonly statement: RebuildStatement
  /** Of the artifact, now. */
  readonly counts: RebuildCounts
}

/** What became of a strike: `changed` is false where the rebuilder stands so already. */
export interface StrikeChanged {
  readonly changed: boolean
  readonly strike: Strike
}
