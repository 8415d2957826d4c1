import type { PublicPort } from '../forward/public-port.ts'
import type { InstalledBuild } from '../installed.ts'
import type { Instance, RecordedProcess } from '../instances.ts'
import type { ProcessEnd } from '../readiness.ts'
import type { RestartTimes } from './back-off.ts'
import type { WorkerOrder } from './worker-process.ts'

/** What a supervisor is told about the worker it watches over, and what it works with. */
export interface SupervisorOptions {
  readonly order: WorkerOrder
  readonly build: InstalledBuild
  /** Null for a worker that cannot be told a port. */
  readonly front: PublicPort | null
  /** Whether a worker that crashed is started again. */
  readonly restart: boolean
  readonly times: RestartTimes
  readonly readyTimeoutMs: number
  readonly clock: () => number
  /** Fails for a build that may not run; awaited before each start. */
  readonly permit: (build: InstalledBuild) => Promise<void>
  /** Writes down what changed, before it takes effect. */
  readonly record: (snapshot: Snapshot) => Promise<void>
  /** Tells people what happened. */
  readonly tell: (line: string) => void
}

/** What there is to know about a supervised worker at one moment. */
export interface Snapshot
  extends Pick<Instance, 'state' | 'pid' | 'restarts' | 'last_exit' | 'next_try_at' | 'started_at'> {
  readonly build: InstalledBuild
  readonly worker: { readonly port: number | null; readonly healthUrl: string | null } | null
  readonly processes: readonly RecordedProcess[]
}

export interface SwitchOptions {
  /** End the old process before the new one starts, for machines that cannot hold both. */
  readonly restart: boolean
  readonly readyTimeoutMs: number
  readonly drainTimeoutMs: number
}

/** Why a supervisor has come to its end. */
export type Finish =
  | { readonly reason: 'stopped'; readonly killed: boolean; readonly code: number | null }
  | { readonly reason: 'ended'; readonly end: ProcessEnd }
