import type { Outbound } from './online/outbound.ts'
import type { CheckFinding } from './rule.ts'
import type { OtherWorker } from './worker/checked-worker.ts'

export interface CheckOptions {
  /** Commit, branch or tag that a submission sets out from; null judges what lies there, whatever it changes. */
  readonly base: string | null
  readonly submitter: string | null
  /** PATH to find git on. */
  readonly searchPath: string | undefined
  readonly signal?: AbortSignal
  /** Where the project's own catalog lies on this machine; null where it does not. */
  readonly ownCatalog: string | null
  /** The project's own workers, whose names nobody else may have. */
  readonly officialWorkers: readonly OtherWorker[]
  /** Set where hosts are looked up, and what has a checksum is downloaded. */
  readonly outbound: Outbound | null
  /** Another judge of scripts, such as shellcheck; its findings are added. */
  readonly judgeScript?: (script: {
    readonly file: string
    readonly text: string
  }) => Promise<readonly ScriptOpinion[]>
}

/** What another judge says of a script. */
export interface ScriptOpinion {
  readonly rule: string
  readonly line: number
  readonly reason: string
  readonly cure: string
}

export interface CheckReport {
  /** Folders that were judged, relative to the repository. */
  readonly workers: readonly string[]
  /** In the order of files and lines. */
  readonly findings: readonly CheckFinding[]
}
