import type { ErrorCode } from '@rbee/schema'

/** What was looked at, in the order in which it is told. */
export type Check = 'files' | 'registry' | 'log' | 'publisher' | 'workflow' | 'rebuilds' | 'standing'

/** `not_available`: nothing was proven, and nothing speaks against it. */
export type Status = 'ok' | 'failed' | 'not_available'

/** What came of one check. */
export interface Finding {
  readonly check: Check
  readonly status: Status
  /** Of what failed; null otherwise. */
  readonly code: ErrorCode | null
  /** One sentence for people. */
  readonly message: string
  /** The facts behind it, for programs. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** Everything that was found out about one build. */
export interface Verification {
  readonly worker: string
  readonly version: string
  readonly variant: string
  readonly platform: string
  readonly digest: string
  readonly registry: string
  /** RFC 3339; null for a release that is not installed. */
  readonly installed_at: string | null
  /** RFC 3339. */
  readonly checked_at: string
  /** Whether the registry was asked; else what is kept here decides. */
  readonly online: boolean
  /** Nothing that was looked at failed. */
  readonly ok: boolean
  readonly checks: readonly Finding[]
}

export function passed(check: Check, message: string, facts: Finding['facts'] = {}): Finding {
  return { check, status: 'ok', code: null, message, facts }
}

export function failed(
  check: Check,
  code: ErrorCode,
  message: string,
  facts: Finding['facts'] = {},
): Finding {
  return { check, status: 'failed', code, message, facts }
}

export function notAvailable(check: Check, message: string, facts: Finding['facts'] = {}): Finding {
  return { check, status: 'not_available', code: null, message, facts }
}
