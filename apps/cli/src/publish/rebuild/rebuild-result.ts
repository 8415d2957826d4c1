import type { Digest, ErrorCode } from '@rbee/schema'
import type { Attestation } from './attest.ts'
import type { Comparison } from './compare-artifact.ts'
import type { DependencyFetch } from './dependencies.ts'
import type { RebuildPlan } from './rebuild-plan.ts'

/** The plan that was carried out, and what came of it. */
export interface RebuildResult extends RebuildPlan {
  readonly verdict: 'reproduced' | 'differs'
  /** `rebuild_differs` where the bytes are others. */
  readonly code: Extract<ErrorCode, 'rebuild_differs'> | null
  readonly rebuilt: { readonly digest: Digest; readonly unpacked_size: number }
  readonly command: readonly string[]
  /** What was fetched for the build, besides its source. */
  readonly dependencies: DependencyFetch | null
  /** What differs; null where nothing does, or where what is published could not be had. */
  readonly differences: Comparison | null
  /** Why there is no list of differences. */
  readonly not_compared: { readonly code: ErrorCode; readonly message: string } | null
  /** Null where none was asked for. */
  readonly attestation: Attestation | null
  /** Where what the build printed is kept. */
  readonly log: string
}
