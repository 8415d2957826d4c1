import { DAY_MS, HOUR_MS } from '../metadata/time.ts'

/** How long what the server signs is valid, and after how long it is signed anew. */
export interface Lifetime {
  readonly validMs: number
  readonly renewAfterMs: number
}

/** A client believes an old copy no longer than the timestamp is valid; the rest is renewed in between. */
export const TIMESTAMP_LIFETIME: Lifetime = { validMs: DAY_MS, renewAfterMs: 6 * HOUR_MS }
export const SNAPSHOT_LIFETIME: Lifetime = { validMs: 7 * DAY_MS, renewAfterMs: 2 * DAY_MS }
export const BIN_LIFETIME: Lifetime = { validMs: 30 * DAY_MS, renewAfterMs: 15 * DAY_MS }

/**
 * How long files are kept that no current metadata names: for readers that hold an older timestamp and have yet to read
 * the rest.
 */
export const RETIRED_FOR_MS = HOUR_MS
