import { entryHash } from '@rbee/registry'
import type {
  CatalogEntry,
  CatalogState,
  CompiledCatalog,
  Finding,
  Sha256,
  SourceKind,
  SyncFinish,
  SyncInput,
} from '@rbee/schema'
import { announcedEntry, checkedEntries } from './checked-entries.ts'

/** Where compiled catalogs go: a registry in this process, or a server over HTTP. */
export interface SyncTarget {
  /** What every catalog brought last. */
  states(): Promise<readonly CatalogState[]>
  /** Before the entries that name it; one that is there already stays. */
  putImage(sha256: Sha256, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  begin(input: SyncInput): Promise<{ readonly sync_id: string; readonly needed: readonly string[] }>
  add(syncId: string, entries: readonly CatalogEntry[]): Promise<{ readonly refused: readonly Finding[] }>
  /** `remaining` is the number of workers whose documents are still to be written: it is called until that is 0. */
  finish(syncId: string, about: SyncFinish): Promise<CatalogState & { readonly remaining: number }>
}

/** A catalog on its way to a server. */
export interface OutgoingCatalog {
  readonly compiled: CompiledCatalog
  /** Names what compiled it. */
  readonly compiler: string
  /** Place among all catalogs of one operator; left out where there is one. */
  readonly position?: number
}

/** What became of one catalog. */
export interface SyncOutcome {
  readonly state: CatalogState
  /** Entries that were sent; all others were stored already. */
  readonly sent: number
  /** Whether anything that is served changed. */
  readonly changed: boolean
}

/** Entries that were sent so far, of all that will be. */
export interface SyncProgress {
  readonly total: number
  readonly sent: number
}

interface OpenSync {
  readonly outgoing: OutgoingCatalog
  readonly syncId: string
  readonly changed: readonly CatalogEntry[]
  readonly refused: Finding[]
}

/** As many as a server takes with one sync. */
const MAX_FINDINGS = 10_000
/** As many entries as one call takes. */
const CHUNK_ENTRIES = 50
/** In UTF-16 units of JSON: well within what a server accepts as one body, however long the READMEs are. */
const CHUNK_LENGTH = 2 * 2 ** 20

/**
 * Brings a server up to what catalogs hold now. Only entries that changed are sent: the official ones of all catalogs
 * before those of the community, each in the order of the catalogs, because of several that want a name the first gets
 * it. What a catalog no longer holds is taken away at the end. An interrupted sync leaves the entries sent so far, and the
 * next one goes on from there.
 *
 * @param onSent is told after each call how far it is.
 */
export async function syncCatalogs(
  catalogs: readonly OutgoingCatalog[],
  target: SyncTarget,
  onSent: (progress: SyncProgress) => void = () => {},
): Promise<SyncOutcome[]> {
  const before = new Map((await target.states()).map((state) => [state.catalog, state]))
  const outcomes = await syncOnce(catalogs, target, before, onSent)
  if (!outcomes.some(({ state }) => lostWorkers(before.get(state.catalog), state))) return outcomes
  // A worker that moved from one catalog to another was refused, because the first one held it until its end.
  const again = catalogs.filter((_, index) => outcomes[index]?.state.refused.some(isAboutOwner))
  const repeated = await syncOnce(again, target, before, onSent)
  return outcomes.map((outcome) => {
    const second = repeated.find(({ state }) => state.catalog === outcome.state.catalog)
    return second === undefined ? outcome : { ...second, changed: outcome.changed || second.changed }
  })
}

async function syncOnce(
  catalogs: readonly OutgoingCatalog[],
  target: SyncTarget,
  before: ReadonlyMap<string, CatalogState>,
  onSent: (progress: SyncProgress) => void,
): Promise<SyncOutcome[]> {
  const open: OpenSync[] = []
  for (const outgoing of catalogs) open.push(await begin(outgoing, target))
  const total = open.reduce((sum, { changed }) => sum + changed.length, 0)
  let sent = 0
  for (const source of ['official', 'community'] satisfies SourceKind[]) {
    for (const { outgoing, syncId, changed, refused } of open) {
      for (const chunk of inChunks(changed.filter((entry) => entry.source === source))) {
        await sendImages(outgoing, chunk, target)
        refused.push(...(await target.add(syncId, await checkedEntries(chunk))).refused)
        sent += chunk.length
        onSent({ total, sent })
      }
    }
  }
  const outcomes: SyncOutcome[] = []
  for (const sync of open) {
    const state = await finish(sync, target)
    const taken = sync.changed.length - new Set(sync.refused.map(({ worker }) => worker)).size
    outcomes.push({
      state,
      sent: sync.changed.length,
      changed: taken > 0 || lostWorkers(before.get(state.catalog), state),
    })
  }
  return outcomes
}

async function sendImages(
  { compiled: { images } }: OutgoingCatalog,
  entries: readonly CatalogEntry[],
  target: SyncTarget,
): Promise<void> {
  const named = new Set(entries.flatMap(({ screenshots }) => screenshots.map(({ sha256 }) => sha256)))
  for (const sha256 of named) {
    const bytes = images.get(sha256)
    if (bytes === undefined) throw new Error(`the catalog names the picture ${sha256} and does not hold it`)
    await target.putImage(sha256, bytes)
  }
}

async function begin(outgoing: OutgoingCatalog, target: SyncTarget): Promise<OpenSync> {
  const { compiled, position } = outgoing
  const { sync_id, needed } = await target.begin({
    catalog: compiled.catalog,
    commit: compiled.commit,
    ...(position === undefined ? {} : { position }),
    entries: compiled.entries.map((entry) => ({
      id: entry.manifest.id,
      hash: entryHash(announcedEntry(entry)),
    })),
  })
  const wanted = new Set(needed)
  const changed = compiled.entries.filter(({ manifest }) => wanted.has(manifest.id))
  return { outgoing, syncId: sync_id, changed, refused: [] }
}

async function finish({ outgoing, syncId, refused }: OpenSync, target: SyncTarget): Promise<CatalogState> {
  const { compiled, compiler } = outgoing
  const folder = compiled.folder ?? ''
  const isFinal = ![...refused, ...compiled.findings].some(isOutsideOfCommit)
  const about: SyncFinish = {
    findings: [...refused.map((finding) => seenFrom(folder, finding)), ...compiled.findings].slice(
      0,
      MAX_FINDINGS,
    ),
    ...(isFinal ? { compiler } : {}),
    ...(folder === '' ? {} : { folder }),
  }
  for (;;) {
    const { remaining, ...state } = await target.finish(syncId, about)
    if (remaining === 0) return state
  }
}

function isAboutOwner({ code }: Finding): boolean {
  return code === 'duplicate_id' || code === 'name_taken'
}

/**
 * What a second reading of the same commit may find otherwise: changes beside it, and an entry that was broken on its way.
 * Entries that were refused because of others are asked for by the server once those have changed.
 */
function isOutsideOfCommit({ code }: Finding): boolean {
  return code === 'uncommitted_changes' || code === 'invalid_body' || code === 'image_not_stored'
}

function lostWorkers(before: CatalogState | undefined, after: CatalogState): boolean {
  const left = new Set(after.accepted.map(({ id }) => id))
  return before?.accepted.some(({ id }) => !left.has(id)) ?? false
}

/** A server knows paths inside the repository; those of findings are seen from the catalog's folder. */
function seenFrom(folder: string, finding: Finding): Finding {
  const { path } = finding
  if (folder === '') return finding
  if (path === folder) return { ...finding, path: '.' }
  return path.startsWith(`${folder}/`) ? { ...finding, path: path.slice(folder.length + 1) } : finding
}

function* inChunks(entries: readonly CatalogEntry[]): Generator<readonly CatalogEntry[]> {
  let chunk: CatalogEntry[] = []
  let length = 0
  for (const entry of entries) {
    const own = JSON.stringify(entry).length
    if (chunk.length > 0 && (chunk.length === CHUNK_ENTRIES || length + own > CHUNK_LENGTH)) {
      yield chunk
      chunk = []
      length = 0
    }
    chunk.push(entry)
    length += own
  }
  if (chunk.length > 0) yield chunk
}
