import type { WorkerId } from '@rbee/schema'
import { FLAGS } from '@rbee/search'
import { foldForSight } from '../names/look-alike.ts'
import { isMistakable, keysOf } from '../names/similar-names.ts'
import type { FiledName, IndexEntry, SearchIndex } from '../ports/search-index.ts'
import { withDigest } from './with-digest.ts'

/** Shorter names are words that many workers may be called by. */
const NAME_MIN_LETTERS = 5

/** Under what a worker is filed as one that others must not be mistaken for. */
export function filedKeys(id: WorkerId, name: string): string[] {
  const names = [foldForSight(id), foldForSight(name)].filter((text) => text.length >= NAME_MIN_LETTERS)
  return [...new Set([...idKeys(id), ...names.map(nameKey)])]
}

/**
 * Marks entries that can be mistaken for a worker of somebody official, or of a verified publisher who was there first: by
 * their ids, under the rule that ids are taken by, or because people read the same name.
 */
export async function markLookAlikes(
  database: Pick<SearchIndex, 'findFiledNames'>,
  entries: readonly IndexEntry[],
): Promise<IndexEntry[]> {
  const keys = entries.flatMap(keysOfEntry)
  const filed = keys.length === 0 ? [] : await database.findFiledNames(keys)
  const byKey = Map.groupBy(filed, ({ key }) => key)
  return entries.map((entry) => {
    const similar = keysOfEntry(entry).flatMap((key) => byKey.get(key) ?? [])
    if (!similar.some((other) => isLookAlike(entry, other))) return entry
    return withDigest({ ...entry, row: { ...entry.row, flags: entry.row.flags | FLAGS.lookAlike } })
  })
}

/** Community workers that can be mistaken for official ones which were not known before. */
export async function overshadowed(
  database: Pick<SearchIndex, 'findFiledNames' | 'listIdsOfLength'>,
  entries: readonly IndexEntry[],
): Promise<WorkerId[]> {
  const official = entries.filter(({ row }) => (row.flags & FLAGS.official) !== 0)
  if (official.length === 0) return []
  const known = new Set(
    (await database.findFiledNames(official.flatMap(({ worker }) => idKeys(worker)))).map(
      ({ worker }) => worker,
    ),
  )
  const found = new Set<WorkerId>()
  for (const { worker } of official) {
    if (known.has(worker)) continue
    // Letters that look like two others, and separators, make ids of other lengths look the same.
    const ids = await database.listIdsOfLength(worker.length - 3, worker.length + 3)
    for (const id of ids) if (isMistakable(named(id), named(worker))) found.add(id)
  }
  return [...found]
}

function isLookAlike({ worker, row, createdAt, publisherId }: IndexEntry, other: FiledName): boolean {
  if (other.worker === worker || (row.flags & FLAGS.official) !== 0) return false
  if (other.publisher === publisherId) return false
  if (!other.isOfficial && other.createdAt >= createdAt) return false
  return other.key.startsWith(NAMED) || isMistakable(named(worker), named(other.worker))
}

function keysOfEntry({ worker, row }: IndexEntry): string[] {
  const name = foldForSight(row.name)
  return name.length < NAME_MIN_LETTERS ? idKeys(worker) : [...idKeys(worker), nameKey(name)]
}

const NAMED = 'name '

function nameKey(folded: string): string {
  return NAMED + folded
}

function idKeys(id: WorkerId): string[] {
  return [...keysOf(foldForSight(id))].map((key) => `id ${key}`)
}

function named(id: WorkerId) {
  return { name: id, worker: id, source: 'community', catalog: null, hash: null, maintainers: null } as const
}
