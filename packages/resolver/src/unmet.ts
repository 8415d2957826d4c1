import type { RejectionCode } from '@rbee/schema'

/** What `have` says where the host profile holds null. */
export const UNKNOWN = 'unknown'

/** A requirement that a host does not meet. */
export interface Unmet {
  readonly code: RejectionCode
  readonly need: string
  readonly have: string
  /** One sentence for people. */
  readonly reason: string
}

/** A shortfall before it is put into words. */
interface Shortfall {
  readonly code: RejectionCode
  readonly variant: string
  readonly need: string
  /** Null where the profile does not know. */
  readonly have: string | null
  /** The need within a sentence: `driver version >=525.60`; by default `need`. */
  readonly needs?: string
  /** Who lacks it; by default the host. */
  readonly holder?: string
}

/** Puts a shortfall into words: `cuda needs CUDA >=12.0, but NVIDIA GeForce GTX 1080 has 11.4`. */
export function unmet(shortfall: Shortfall): Unmet {
  const { code, variant, need, have, needs = need, holder = 'this host' } = shortfall
  const clause = have === null ? `what ${holder} has is ${UNKNOWN}` : `${holder} has ${have}`
  return { code, need, have: have ?? UNKNOWN, reason: `${variant} needs ${needs}, but ${clause}` }
}
