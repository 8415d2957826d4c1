import type { RebuildCounts, RebuildStanding } from '@rbee/schema'
import type { RebuildRow } from '../ports/rebuilds.ts'

/** Who published a release: their attestations of it prove nothing. */
export interface ReleasePublisher {
  readonly accounts: ReadonlySet<string>
  /** Ids of all keys that the worker ever had. */
  readonly keys: ReadonlySet<string>
}

/** What is said of one artifact. */
export interface CountedRebuilds {
  readonly counts: RebuildCounts
  /** By the id of the row. */
  readonly standings: ReadonlyMap<number, RebuildStanding>
}

/**
 * Counts who attested one artifact, each rebuilder once. Attestations of the same key, or with the same account, are one
 * rebuilder's, and so are those that are linked through others: more keys, or more tokens, make nobody several. Of each
 * rebuilder the newest attestation counts, and those that were superseded still link; a rebuilder who is the publisher, or is struck, does not count at all.
 *
 * @param rows of one artifact.
 */
export function countRebuilders(rows: readonly RebuildRow[], publisher: ReleasePublisher): CountedRebuilds {
  const standings = new Map<number, RebuildStanding>()
  let agree = 0
  let disagree = 0
  for (const own of rebuilders(rows)) {
    const refused = refusalOf(own, publisher)
    const current = own.filter(({ supersededAt }) => supersededAt === null)
    const newest = current.reduce<RebuildRow | null>(
      (last, row) => (last && last.id > row.id ? last : row),
      null,
    )
    for (const row of own) standings.set(row.id, refused ?? standingOf(row, newest))
    if (refused !== null || newest === null) continue
    if (newest.reproduced) agree += 1
    else disagree += 1
  }
  return { counts: { agree, disagree }, standings }
}

function standingOf(row: RebuildRow, newest: RebuildRow | null): RebuildStanding {
  if (row === newest) return 'counted'
  return row.supersededAt === null ? 'same_rebuilder' : 'superseded'
}

function refusalOf(
  rows: readonly RebuildRow[],
  { accounts, keys }: ReleasePublisher,
): Extract<RebuildStanding, 'publisher' | 'struck'> | null {
  if (rows.some((row) => row.own || accounts.has(row.account) || keys.has(row.key.key_id))) return 'publisher'
  return rows.some(({ strikes }) => strikes.length > 0) ? 'struck' : null
}

/** Rows that share a key or an account, directly or through others, together. */
function rebuilders(rows: readonly RebuildRow[]): RebuildRow[][] {
  const groupOf = new Map<string, Set<RebuildRow>>()
  const groups = new Set<Set<RebuildRow>>()
  for (const row of rows) {
    const merged = new Set([row])
    // Neither an account nor the id of a key can look like the other.
    for (const name of [row.key.key_id, row.account]) {
      const known = groupOf.get(name)
      if (known === undefined) continue
      groups.delete(known)
      for (const one of known) merged.add(one)
    }
    groups.add(merged)
    for (const one of merged) for (const name of [one.key.key_id, one.account]) groupOf.set(name, merged)
  }
  return [...groups].map((group) => [...group])
}
