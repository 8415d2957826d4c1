import type { ErrorCode } from '@rbee/schema'

/** Something that a registry serves otherwise than its log says. */
export interface LogFinding {
  readonly code: Extract<ErrorCode, 'log_release_unlogged' | 'log_release_missing' | 'log_release_altered'>
  readonly message: string
  readonly worker: string
  readonly version: string
  /** Place of the entry it contradicts; null where there is none. */
  readonly index: number | null
}
