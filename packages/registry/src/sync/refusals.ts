import type { ErrorCode, Finding, RbeeError } from '@rbee/schema'

/** Which rules judge entries. Raise it with every change of them: what other rules refused is judged again. */
export const RULES = 2

/** Messages about strangers' entries stand in a public document; longer ones are cut. */
const MESSAGE_MAX = 1000
const PATH_MAX = 1000
const ID_MAX = 100

const NAME_CODES: ReadonlySet<ErrorCode> = new Set([
  'duplicate_id',
  'invalid_id',
  'name_reserved',
  'name_taken',
  'name_too_similar',
])

export const UNKNOWN_PLACE: EntryLabel['stated'] = { file: null, field: null }

/** Which entry a finding is about, as far as it can be told. */
export interface EntryLabel {
  /** Its folder, or its branch where each worker has one. */
  readonly path: string
  /** Where its id is stated. */
  readonly stated: Pick<Finding, 'file' | 'field'>
  readonly worker: string | null
}

/** Reads path and id out of an entry that need not be one. */
export function labelOf(value: unknown): EntryLabel {
  const onBranch = textAt(value, 'layout') === 'branch'
  const path = (onBranch ? textAt(value, 'git', 'branch') : null) ?? textAt(value, 'git', 'path')
  const worker = textAt(value, 'manifest', 'id')
  return {
    path: path?.slice(0, PATH_MAX) ?? '',
    stated: onBranch ? { file: 'metadata.json', field: 'id' } : { file: 'worker.toml', field: 'worker.id' },
    worker: worker?.slice(0, ID_MAX) ?? null,
  }
}

/** The finding that says why an entry was not taken. */
export function refusal(failure: Pick<RbeeError, 'code' | 'message' | 'next'>, label: EntryLabel): Finding {
  return {
    code: failure.code,
    severity: 'error',
    message: failure.message.slice(0, MESSAGE_MAX),
    next: failure.next,
    path: label.path,
    // Of everything but names the entry does not tell which file it was read from.
    ...(NAME_CODES.has(failure.code) ? label.stated : UNKNOWN_PLACE),
    line: null,
    worker: label.worker,
  }
}

function textAt(value: unknown, ...keys: readonly string[]): string | null {
  let inner = value
  for (const key of keys) {
    if (typeof inner !== 'object' || inner === null) return null
    inner = Object.getOwnPropertyDescriptor(inner, key)?.value
  }
  return typeof inner === 'string' ? inner : null
}
