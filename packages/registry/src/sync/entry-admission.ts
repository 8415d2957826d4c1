import { type CatalogEntry, compareVersions, RbeeError, type WorkerId } from '@rbee/schema'
import { areOthers } from '../names/disputed-names.ts'
import { checkNames, nameTaken, tooSimilar } from '../names/name-rules.ts'
import { namesOf } from '../names/worker-names.ts'
import type { NameRow, ProtectedName, RecipeChange, WorkerRecord } from '../ports/database.ts'
import type { SyncPorts } from '../registry.ts'
import { isOwnedByToken, ownerOfCatalog } from '../releases/worker-ownership.ts'
import type { OpenSync } from './open-syncs.ts'
import { blockerOf, blockerState, type Judgement, judgedBy } from './refused-entry.ts'

/** An entry whose shape and hash are right, on its way into the database. */
export interface AnnouncedEntry {
  readonly entry: CatalogEntry
  readonly hash: string
}

export interface Admission {
  readonly accepted: WorkerId[]
  readonly refused: { readonly announced: AnnouncedEntry; readonly judgement: Judgement }[]
}

/** An entry with the names that it still wants: an alias that is taken is done without. */
interface Candidate {
  readonly announced: AnnouncedEntry
  readonly names: readonly NameRow[]
}

/**
 * Stores the recipes of those entries that every rule allows: the catalog may bring the worker, its names are allowed and
 * free and cannot be mistaken for others, and its version is not older than the one that is served. Of entries that want
 * the same name the first gets it.
 *
 * Entries are stored many at once. Those that share a name wait for each other, so that each change is judged by itself.
 */
export async function admitEntries(
  ports: SyncPorts,
  sync: OpenSync,
  entries: readonly AnnouncedEntry[],
): Promise<Admission> {
  const admission: Admission = { accepted: [], refused: [] }
  const known = await ports.database.getWorkers(entries.map(({ entry }) => entry.manifest.id))
  let waiting = entries.map((announced) => candidateOf(sync, announced))
  while (waiting.length > 0) {
    const { chosen, left } = chooseDistinct(waiting)
    waiting = left
    const allowed: Candidate[] = []
    for (const candidate of chosen) {
      const judgement = await judge(sync, candidate, known)
      if (judgement === null) allowed.push(candidate)
      else admission.refused.push({ announced: candidate.announced, judgement })
    }
    waiting.unshift(...(await store(ports, sync, allowed, known, admission)))
  }
  return admission
}

/** An alias that is the id of another entry of the catalog is left to it, whichever of the two comes first. */
function candidateOf({ hashes }: OpenSync, announced: AnnouncedEntry): Candidate {
  const ids: ReadonlyMap<string, string> = hashes
  const names = namesOf(announced.entry.manifest, announced.entry)
  return { announced, names: names.filter(({ name, kind }) => kind !== 'alias' || !ids.has(name)) }
}

/** The first candidates, no two of which share a name; official ones by themselves, as others are held against them. */
function chooseDistinct(candidates: readonly Candidate[]): { chosen: Candidate[]; left: Candidate[] } {
  const source = candidates[0]?.announced.entry.source
  const taken = new Set<string>()
  const chosen: Candidate[] = []
  const left: Candidate[] = []
  for (const candidate of candidates) {
    const isFree =
      candidate.announced.entry.source === source && candidate.names.every(({ name }) => !taken.has(name))
    // Whoever waits keeps its names from those behind it.
    for (const { name } of candidate.names) taken.add(name)
    if (isFree) chosen.push(candidate)
    else left.push(candidate)
  }
  return { chosen, left }
}

type KnownWorkers = ReadonlyMap<WorkerId, WorkerRecord>

/** Why a candidate is not taken, as far as can be told before its names are asked for; null when nothing speaks against it. */
async function judge(
  sync: OpenSync,
  { announced: { entry, hash }, names }: Candidate,
  workers: KnownWorkers,
): Promise<Judgement | null> {
  const known = workers.get(entry.manifest.id) ?? null
  const judgement =
    judgedBy(null, () => checkNames(names, entry.source)) ??
    (known && judgedBy(blockerOf(known), () => assertMayBring(known, sync.row.catalog, entry))) ??
    (known && judgedBy(blockerOf(known), () => assertNoDowngrade(entry, known)))
  if (judgement !== null) return judgement
  const added = names.filter(
    ({ name, kind }) => kind !== 'alias' && !known?.names.some((one) => one.name === name),
  )
  return added.length === 0 ? null : await judgeSimilarity(sync, entry, hash, added)
}

/**
 * Official workers are reviewed and may be alike. A community worker may not look like an official one, nor like one of
 * another maintainer in the same catalog. From here on its own names are protected, too.
 */
async function judgeSimilarity(
  sync: OpenSync,
  entry: CatalogEntry,
  hash: string,
  added: readonly NameRow[],
): Promise<Judgement | null> {
  const { maintainers } = entry.manifest
  const { catalog } = sync.row
  const matters = (one: ProtectedName) =>
    one.worker !== entry.manifest.id &&
    (one.source === 'official' || (one.catalog === catalog && areOthers(maintainers, one.maintainers ?? [])))
  for (const wanted of entry.source === 'community' ? added : []) {
    const similar = (await sync.similarNames()).find(wanted, matters)
    if (similar === null) continue
    const state = blockerState(similar.source, similar.catalog, similar.hash)
    return { failure: tooSimilar(wanted.name, similar), blocker: { worker: similar.worker, state } }
  }
  for (const { name, worker } of added) {
    await sync.protect({ name, worker, source: entry.source, catalog, hash, maintainers })
  }
  return null
}

/** @returns those that have to be tried again without an alias that another worker holds. */
async function store(
  ports: SyncPorts,
  sync: OpenSync,
  candidates: readonly Candidate[],
  known: KnownWorkers,
  admission: Admission,
): Promise<Candidate[]> {
  if (candidates.length === 0) return []
  const now = ports.clock()
  const conflicts = await ports.database.saveRecipes(
    candidates.map((candidate) => changeOf(sync, candidate, known, now)),
  )
  const again: Candidate[] = []
  for (const [index, candidate] of candidates.entries()) {
    const conflict = conflicts[index] ?? null
    if (conflict === null) {
      admission.accepted.push(candidate.announced.entry.manifest.id)
      continue
    }
    const names = candidate.names.filter(({ name, kind }) => name !== conflict.name || kind !== 'alias')
    if (names.length < candidate.names.length) again.push({ ...candidate, names })
    // Names never change hands, so that nothing but another entry can alter this.
    else admission.refused.push({ ...candidate, judgement: { failure: nameTaken(conflict), blocker: null } })
  }
  return again
}

function changeOf(
  { row: { catalog } }: OpenSync,
  { announced: { entry, hash }, names }: Candidate,
  workers: KnownWorkers,
  now: number,
): RecipeChange {
  const { id } = entry.manifest
  const known = workers.get(id)?.worker
  return {
    worker: {
      id,
      source: entry.source,
      owner: known?.owner ?? ownerOfCatalog(catalog),
      createdAt: known?.createdAt ?? now,
    },
    names,
    recipe: { worker: id, catalog, entry, hash, updatedAt: now },
  }
}

/**
 * A worker that another catalog describes stays with it (`duplicate_id`). One that no catalog describes any more may move
 * to another catalog of the same operator, which is what a renamed catalog looks like; but the name of an official
 * worker is not passed on to a community one, and a name that a publisher brought is the publisher's (`name_taken`).
 */
function assertMayBring({ worker, recipe }: WorkerRecord, catalog: string, entry: CatalogEntry): void {
  if (recipe?.catalog === catalog || (recipe === null && worker.owner === ownerOfCatalog(catalog))) return
  if (recipe !== null) {
    throw new RbeeError(
      'duplicate_id',
      `The catalog "${recipe.catalog}" brings the worker "${worker.id}" already`,
      {
        next: 'Take the folder out of one of the two catalogs',
      },
    )
  }
  if (isOwnedByToken(worker)) {
    throw new RbeeError('name_taken', `The id "${worker.id}" belongs to who published it first`, {
      next: 'Choose another id',
    })
  }
  if (worker.source === 'official' && entry.source === 'community') {
    throw new RbeeError('name_taken', `The id "${worker.id}" belongs to an official worker`, {
      next: 'Choose another id',
    })
  }
}

/** Leaving the catalog for one commit must not be a way around the rule. */
function assertNoDowngrade(entry: CatalogEntry, { recipe, formerVersion }: WorkerRecord): void {
  const newest = recipe?.entry.version ?? formerVersion
  if (newest === undefined || compareVersions(entry.version, newest) >= 0) return
  throw new RbeeError(
    'downgrade',
    `Version ${entry.version} of "${entry.manifest.id}" is older than ${newest}, which ${recipe === null ? 'was served before' : 'is served'}`,
    { next: 'State a version that is not older; to take changes back, release them under a newer version' },
  )
}
