import type { Platform, Sha256, VariantName, Version, WorkerId } from '@rbee/schema'

/** One download as the database learns of it: the address of the client is not in it. */
export interface DownloadMark {
  /** UTC, as YYYY-MM-DD. */
  readonly day: string
  /** Equal for downloads of one client on one day, and for nothing else; see `downloadMarker`. */
  readonly client: string
  /** The archive that was fetched. */
  readonly sha256: Sha256
}

/** What was counted of one worker. */
export interface WorkerDownloads {
  readonly downloads: number
  /** When the last of them was counted, in milliseconds since the epoch. */
  readonly updatedAt: number
  readonly artifacts: readonly {
    readonly version: Version
    readonly variant: VariantName
    readonly platform: Platform
    readonly downloads: number
  }[]
  /** Days with downloads, oldest first. */
  readonly days: readonly DayDownloads[]
}

/** A worker whose downloads rose. */
export interface RisingWorker {
  readonly worker: WorkerId
  /** Of the days that are looked at. */
  readonly downloads: number
  /** Of the days before them. */
  readonly before: number
}

/** Which days are compared, and what counts as rising. */
export interface RisingRules {
  /** The first day that is looked at. */
  readonly from: string
  /** The first of the days before. */
  readonly since: string
  /** How many times as long the days before are. */
  readonly ratio: number
  /** Fewer downloads in the days that are looked at never rise. */
  readonly floor: number
  /** By how many standard deviations downloads have to exceed what was to be expected. */
  readonly deviations: number
}

/** What was counted of all workers together. */
export interface AllDownloads {
  readonly downloads: number
  /** Null before the first download. */
  readonly updatedAt: number | null
  /** The workers with the most downloads, most first; of equal ones the first by id. */
  readonly top: readonly { readonly worker: WorkerId; readonly downloads: number }[]
  /** Days with downloads, oldest first. */
  readonly days: readonly DayDownloads[]
}

export interface DayDownloads {
  /** UTC, as YYYY-MM-DD. */
  readonly day: string
  readonly downloads: number
}

/** The part of the database that counts downloads. */
export interface DownloadCounts {
  /**
   * Counts each client once per day and artifact, whatever format it fetched and however often it is told. An archive
   * belongs to the release that named it first; one that no release names is not counted. Atomic.
   */
  countDownloads(marks: readonly DownloadMark[], now: number): Promise<void>
  /**
   * Lets downloads be counted of releases that were published by a version which did not count: before an upgrade, or while
   * an earlier version ran beside this one. Changes nothing where there are none.
   */
  adoptArtifacts(): Promise<void>
  /** @param since the first day of `days`. @returns null before the first download. */
  getDownloads(worker: WorkerId, since: string): Promise<WorkerDownloads | null>
  /** @param top how many workers to name. */
  getAllDownloads(top: number, since: string): Promise<AllDownloads>
  /**
   * Workers whose downloads rose most. With `expected = before / ratio`, they are ordered by
   * `(downloads - expected) / sqrt(expected + floor)`: by how many standard deviations of a count the downloads exceed what
   * was to be expected, as if everybody had had `floor` downloads more, so that small numbers do not win. Equal ones by id.
   */
  listRising(top: number, rules: RisingRules): Promise<RisingWorker[]>
  /** Workers whose statistics document shows another number than was counted. */
  listDueStatistics(limit: number): Promise<WorkerId[]>
  /** Notes which number the statistics document of a worker shows. */
  saveDocumentedDownloads(worker: WorkerId, downloads: number): Promise<void>
  /** Makes the statistics of every worker due that has downloads. */
  markStatisticsDue(): Promise<void>
  /** Deletes who fetched what on days before `day`; what was counted stays. */
  forgetClients(day: string): Promise<void>
}
