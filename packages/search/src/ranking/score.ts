import type { Score } from '@rbee/schema'
import { FLAGS } from '../columns/indexed-row.ts'
import type { Version } from '../columns/version.ts'

const DAY_MS = 86_400_000

/** The weights of docs/search.md. */
export const WEIGHTS = {
  /** The query is an id or an alias; its display name; the beginning of an id. */
  exactId: 20,
  exactName: 6,
  beginsId: 2,
  /** For each tenfold of downloads, and at most. */
  downloadsPerTenfold: 0.4,
  downloadsMost: 2,
  /** For a release of today; nothing for one that is as old as this. */
  recency: 0.6,
  recencyDays: 730,
  official: 0.8,
  verified: 0.4,
  binaries: 0.4,
  deprecated: -3,
  withdrawn: -3,
  lookAlike: -3,
} as const

/** What a query has to do with names. */
export interface ExactMatches {
  /** Ids of workers that the query is an address of. */
  readonly workers: ReadonlySet<string>
  /** The query as the names of workers are kept; empty where nothing is looked for. */
  readonly name: string
  /** The query as an id; empty where it is none. */
  readonly id: string
}

/**
 * The parts of a worker's score. Nothing but its own row goes into it, so that no other worker's change moves it.
 *
 * @param day days since the epoch.
 */
export function scoreOf(version: Version, text: number, exact: ExactMatches, day: number): Score {
  const { flags } = version
  const isLookAlike = (flags & FLAGS.lookAlike) !== 0
  return {
    exact: exactPart(version, exact),
    text,
    // Downloads can be made; who looks like somebody else gains nothing by them.
    downloads: isLookAlike ? 0 : downloadsPart(version.downloads),
    recency: recencyPart(version.publishedAt, day),
    publisher:
      (flags & FLAGS.official) !== 0
        ? WEIGHTS.official
        : (flags & FLAGS.verified) !== 0
          ? WEIGHTS.verified
          : 0,
    binaries: (flags & FLAGS.binaries) !== 0 ? WEIGHTS.binaries : 0,
    standing:
      ((flags & FLAGS.deprecated) !== 0 ? WEIGHTS.deprecated : 0) +
      ((flags & FLAGS.withdrawn) !== 0 ? WEIGHTS.withdrawn : 0) +
      (isLookAlike ? WEIGHTS.lookAlike : 0),
  }
}

/** Summed in one order, so that equal parts give equal sums. */
export function sumOf(score: Score): number {
  return score.exact + score.text + sumOfQuality(score)
}

/** What a version is worth whatever is asked. @param day days since the epoch. */
export function qualityOf(version: Version, day: number): number {
  return sumOfQuality(scoreOf(version, 0, NOTHING_EXACT, day))
}

const NOTHING_EXACT: ExactMatches = { workers: new Set(), name: '', id: '' }

function sumOfQuality({ downloads, recency, publisher, binaries, standing }: Score): number {
  return downloads + recency + publisher + binaries + standing
}

/** What it is worth that a query is an address or the name of a worker. */
export function exactPart({ worker, name }: Version, exact: ExactMatches): number {
  if (exact.workers.has(worker)) return WEIGHTS.exactId
  if (exact.name !== '' && exact.name === name) return WEIGHTS.exactName
  return exact.id !== '' && worker.startsWith(`${exact.id}-`) ? WEIGHTS.beginsId : 0
}

function downloadsPart(downloads: number): number {
  return Math.min(WEIGHTS.downloadsMost, WEIGHTS.downloadsPerTenfold * Math.log10(1 + downloads))
}

function recencyPart(publishedAt: number, day: number): number {
  const age = Math.max(0, day - Math.floor(publishedAt / DAY_MS))
  return WEIGHTS.recency * Math.max(0, 1 - age / WEIGHTS.recencyDays)
}

export function dayOf(moment: number): number {
  return Math.floor(moment / DAY_MS)
}
