import type { WorkerKeys } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { table } from '../program/table.ts'
import type { KeysResult } from './change-keys.ts'

/** What people read of a worker's keys. */
export function viewKeys({ worker, keys, provenance_required }: WorkerKeys): string {
  const demand = provenance_required
    ? `${worker} takes releases only with a signature of a valid key`
    : `${worker} takes releases without a signature`
  if (keys.length === 0) return demand
  const rows = keys.map(({ key_id, status, bound_at, revoked_at, reason }) => [
    key_id,
    status,
    bound_at,
    revoked_at === null ? '' : `${revoked_at}: ${reason}`,
  ])
  return `${table(['KEY', 'STATUS', 'BOUND', 'REVOKED'], rows)}\n\n${demand}`
}

/** What people read after a change. */
export function viewKeysResult({ changed, keys }: KeysResult, { terminal }: CommandContext): string {
  const head = changed ? `${terminal.colors.green('✓')} the keys of ${keys.worker} changed` : 'nothing to do'
  return `${head}\n${viewKeys(keys)}`
}
