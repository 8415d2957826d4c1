import type { PublisherKind } from '@rbee/schema'

/** What is known of a worker beside its words, as one bit each. */
export const FLAGS = {
  official: 1,
  verified: 2,
  binaries: 4,
  deprecated: 8,
  /** Its latest release is yanked or quarantined: there is no better one. */
  withdrawn: 16,
  /** It can be mistaken for a worker of somebody who is official or verified. */
  lookAlike: 32,
} as const

/**
 * What filters, facets and order go by: one row for the time in which it is true. A worker whose texts change gets a new
 * number, `doc`, under which its words are filed; one whose downloads change another row of the same number.
 */
export interface IndexedRow {
  readonly row: number
  readonly doc: number
  readonly worker: string
  /** From when on it is true. Moments of the index are milliseconds since the epoch that never repeat or go back. */
  readonly since: number
  /** Until when it was true; null for what is true now. */
  readonly until: number | null
  /** When the row last changed: the later of the two. */
  readonly changed: number
  /** The name by which workers are sorted. */
  readonly name: string
  /** See `labelsOf`. */
  readonly labels: string
  /** Milliseconds since the epoch. */
  readonly publishedAt: number
  readonly downloads: number
  /** Of {@link FLAGS}. */
  readonly flags: number
  /** A {@link Publisher} as JSON. */
  readonly publisher: string
  /** Number of what the resolver reads of its latest release. */
  readonly fit: number
}

export interface Publisher {
  readonly id: string
  readonly name: string
  readonly kind: PublisherKind
  readonly verified: boolean
}
