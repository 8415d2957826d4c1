import type { Publisher } from './indexed-row.ts'

/** A worker as it was in some time. */
export interface Version {
  readonly row: number
  readonly doc: number
  readonly worker: string
  readonly since: number
  /** `Infinity` for what is true now. */
  readonly until: number
  readonly name: string
  /** Number of its labels; see `LabelSets`. */
  readonly labelSet: number
  readonly publishedAt: number
  readonly downloads: number
  readonly flags: number
  readonly publisher: Publisher
  readonly fit: number
}
