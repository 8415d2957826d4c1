import type { SourceKind, TokenScope, Version, WorkerEventKind, WorkerId, WorkflowRun } from '@rbee/schema'

// Rows that several groups of the database's methods have in common. All times are milliseconds since the epoch.

export interface TokenRow {
  readonly id: string
  /** SHA-256 of the token's text, hexadecimal: the text itself is never stored. */
  readonly hash: string
  readonly scope: TokenScope
  readonly worker: WorkerId | null
  readonly createdAt: number
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  /** Id of the trusted publisher whose run it was given to; null for tokens made by hand. */
  readonly publisher: string | null
  /** That run. */
  readonly run: WorkflowRun | null
}

export interface WorkerRow {
  readonly id: WorkerId
  readonly source: SourceKind
  /** Who first brought the name: `token:ID`, `catalog:NAME`, or `operator` for every operator token. */
  readonly owner: string
  readonly createdAt: number
}

/** Who holds a name, and what it leads to. Names are never given to another worker, even after a worker is gone. */
export interface NameRow {
  readonly name: string
  readonly worker: WorkerId
  readonly kind: 'worker' | 'variant' | 'alias'
  readonly variant: string | null
}

/** What happened to a release, or to a worker as a whole. */
export interface WorkerEventRow {
  readonly kind: WorkerEventKind
  readonly worker: WorkerId
  /** Null for what concerns the worker as a whole. */
  readonly version: Version | null
  readonly reason: string
  readonly successor: WorkerId | null
  /** Id of the token, `operator`, or `registry` for what it did by itself. */
  readonly actor: string
  readonly at: number
  /** Of a worker that got another owner, and of what was decided about that: the owners as in {@link WorkerRow}. */
  readonly ownerFrom?: string | null
  readonly ownerTo?: string | null
}
