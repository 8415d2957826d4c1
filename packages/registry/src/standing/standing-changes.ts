import type { ReleaseDocument, StandingEventKind, Version, WorkerDocument, WorkerId } from '@rbee/schema'

/** What can happen to one release. */
export type ReleaseEventKind = Exclude<StandingEventKind, 'deprecate' | 'undeprecate'>

/** What became of a call: `changed` is false where everything stood so already. */
export interface ReleaseChanged {
  readonly changed: boolean
  readonly release: ReleaseDocument
}

export interface WorkerChanged {
  readonly changed: boolean
  readonly worker: WorkerDocument
}

export interface ReleaseChange {
  readonly id: WorkerId
  readonly version: Version
  readonly kind: ReleaseEventKind
  readonly reason: string
}
