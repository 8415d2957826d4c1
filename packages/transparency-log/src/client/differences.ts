import { Buffer } from 'node:buffer'
import type { ErrorCode } from '@rbee/schema'
import type { Hash } from '../merkle/hashes.ts'

/** What happened to a list of entries, and the first place at which it shows. */
export interface Difference {
  readonly code: Extract<ErrorCode, 'log_entry_altered' | 'log_entry_missing' | 'log_entries_reordered'>
  readonly index: number
}

/**
 * What became of the entries that there should be. Entries behind the last of them are no difference: a log grows. Null
 * where all are there, as they were and where they were.
 */
export function differenceOf(expected: readonly Hash[], found: readonly Hash[]): Difference | null {
  const known = expected.map(nameOf)
  const given = found.map(nameOf)
  const index = known.findIndex((name, at) => name !== given[at])
  if (index === -1) return null
  if (isSubset(known, given)) return { code: 'log_entries_reordered', index }
  return { code: leavesOut(known, given) ? 'log_entry_missing' : 'log_entry_altered', index }
}

function nameOf(hash: Hash): string {
  return Buffer.from(hash).toString('base64')
}

/** Whether every expected entry stands somewhere, as often as it should. */
function isSubset(known: readonly string[], given: readonly string[]): boolean {
  const counts = new Map<string, number>()
  for (const name of given) counts.set(name, (counts.get(name) ?? 0) + 1)
  return known.every((name) => {
    const left = counts.get(name) ?? 0
    counts.set(name, left - 1)
    return left > 0
  })
}

/** Whether everything that is given up to the end of the expected entries is one of them: none is new, so some are gone. */
function leavesOut(known: readonly string[], given: readonly string[]): boolean {
  return isSubset(given.slice(0, known.length), known)
}
