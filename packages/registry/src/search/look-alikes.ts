import type { WorkerId } from '@rbee/schema'
import { FLAGS } from '@rbee/search'
import { foldForSight } from '../names/look-alike.ts'
import { isMistakable, keysOf as keysOfText } from '../names/similar-names.ts'
import type { FiledWorker, IndexEntry, SearchIndex } from '../ports/search-index.ts'
import { withDigest } from './with-digest.ts'

// Of two workers that look alike one is the look-alike: never an official one; before somebody who is verified, everybody else and
// who was verified later; and of two of whom nothing is known the younger.

/** Shorter names are words that many workers may be called by. */
const NAME_MIN_LETTERS = 5
const OFFICIAL = 2

type Judged = Pick<FiledWorker, 'worker' | 'name' | 'publisher' | 'standing' | 'createdAt'>
type AlikeIndex = Pick<SearchIndex, 'findAlike' | 'findNamesakes' | 'listIndexedNames'>

/** Under what a worker is filed. Their number is that of the letters of its id, whatever else there is. */
export function keysOf({ worker, name }: Pick<Judged, 'worker' | 'name'>): string[] {
  return [...idKeys(worker), ...nameKeys([name])]
}

/** Marks entries that can be mistaken for workers that are there. */
export async function markLookAlikes(
  database: AlikeIndex,
  entries: readonly IndexEntry[],
): Promise<IndexEntry[]> {
  const lookAlikes = await judge(
    database,
    entries.map(({ worker, row, proven, standing, createdAt }) => ({
      ...{ worker, standing, createdAt },
      name: row.name,
      publisher: proven,
    })),
  )
  return entries.map((entry) => {
    if (!lookAlikes.has(entry.worker)) return entry
    return withDigest({ ...entry, row: { ...entry.row, flags: entry.row.flags | FLAGS.lookAlike } })
  })
}

/**
 * Workers whose mark became wrong by what was written of the given ones, these included. Asked after each write, also after one that
 * changed nothing: what was interrupted, or written by two at once, is put right by whoever comes last.
 */
export async function misjudged(database: AlikeIndex, written: readonly WorkerId[]): Promise<WorkerId[]> {
  const names = nameKeys(await database.listIndexedNames(written))
  const byId = await database.findAlike(written.flatMap(idKeys))
  const byName = names.length === 0 ? [] : await database.findNamesakes(names)
  const others = [...new Map([...byId, ...byName].map((one) => [one.worker, one])).values()]
  const lookAlikes = await judge(database, others)
  return others.flatMap(({ worker, isLookAlike }) => (isLookAlike === lookAlikes.has(worker) ? [] : [worker]))
}

/** Which of the given workers are look-alikes. */
async function judge(database: AlikeIndex, workers: readonly Judged[]): Promise<ReadonlySet<WorkerId>> {
  const keys = [...new Set(workers.flatMap(keysOf))]
  const filed = keys.length === 0 ? [] : await database.findAlike(keys)
  const byKey = Map.groupBy(filed, ({ key }) => key)
  const found = workers.filter((one) =>
    keysOf(one).some((key) => byKey.get(key)?.some((other) => isLookAlike(one, other, key)) === true),
  )
  return new Set(found.map(({ worker }) => worker))
}

function isLookAlike(one: Judged, other: Judged, key: string): boolean {
  if (other.worker === one.worker || one.standing === OFFICIAL) return false
  if (one.publisher !== null && one.publisher === other.publisher) return false
  if (!key.startsWith(NAMED) && !isMistakable(named(one.worker), named(other.worker))) return false
  if (other.standing === OFFICIAL) return true
  if (other.standing > 0) return other.createdAt < one.createdAt
  return one.standing === 0 && !areVersions(one.worker, other.worker) && isOlder(other, one)
}

/** `model-2` and `model-3` follow each other, as do `model2` and `model`; `m0del` and `model` differ in a letter. */
function areVersions(one: WorkerId, other: WorkerId): boolean {
  if (numbersOf(one) !== numbersOf(other)) return true
  return lettersOf(one) === lettersOf(other) && digitsOf(one) !== digitsOf(other)
}

/** Digits that stand for themselves: not for a letter within a word, and not for the first one of a word. */
function numbersOf(id: string): string {
  return (id.match(/(?<![a-z0-9])\d+(?![a-z]{2}|\d)|\d+(?![a-z0-9])/g) ?? []).join(' ')
}

/** Of those that came in one change the one is the model that is written plainly. */
function isOlder(one: Judged, other: Judged): boolean {
  const [a, b] = [one.worker, other.worker]
  const order =
    one.createdAt - other.createdAt || digitsOf(a).length - digitsOf(b).length || a.length - b.length
  return order === 0 ? a < b : order < 0
}

function lettersOf(id: string): string {
  return id.replaceAll(/[^a-z]/g, '')
}

function digitsOf(id: string): string {
  return id.replaceAll(/\D/g, '')
}

const NAMED = 'name '

function nameKeys(names: readonly string[]): string[] {
  const folded = names.map(foldForSight).filter((text) => text.length >= NAME_MIN_LETTERS)
  return [...new Set(folded)].map((text) => NAMED + text)
}

function idKeys(id: WorkerId): string[] {
  return [...keysOfText(foldForSight(id))].map((key) => `id ${key}`)
}

function named(id: WorkerId) {
  return { name: id, worker: id, source: 'community', catalog: null, hash: null, maintainers: null } as const
}
