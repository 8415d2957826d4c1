import { entryHash } from '@rbee/registry'
import type { CatalogEntry, CatalogState, CompiledCatalog, Finding, SyncInput } from '@rbee/schema'

/** Where a compiled catalog goes: a registry in this process, or a server over HTTP. */
export interface SyncTarget {
  begin(input: SyncInput): Promise<{ readonly sync_id: string; readonly needed: readonly string[] }>
  add(syncId: string, entries: readonly CatalogEntry[]): Promise<{ readonly refused: readonly Finding[] }>
  finish(syncId: string, findings: readonly Finding[]): Promise<CatalogState>
}

/** What became of one catalog. */
export interface SyncOutcome {
  readonly state: CatalogState
  /** Entries that were sent; all others were stored already. */
  readonly sent: number
}

/** As many as a server takes with one sync. */
const MAX_FINDINGS = 10_000
/** As many entries as one call takes. */
const CHUNK_ENTRIES = 50
/** In UTF-16 units of JSON: well within what a server accepts as one body, however long the READMEs are. */
const CHUNK_LENGTH = 2 * 2 ** 20

/**
 * Brings a server up to what a catalog holds now. Only entries that changed are sent; what the catalog no longer holds is
 * taken away at the end. An interrupted sync leaves the entries sent so far, and the next one goes on from there.
 *
 * @param onSent is told after each call how many entries it carried, first the number of all that will be sent.
 */
export async function syncCatalog(
  compiled: CompiledCatalog,
  target: SyncTarget,
  onSent: (progress: { readonly total: number; readonly sent: number }) => void = () => {},
): Promise<SyncOutcome> {
  const entries = compiled.entries.map((entry) => ({ id: entry.manifest.id, hash: entryHash(entry) }))
  const { sync_id, needed } = await target.begin({
    catalog: compiled.catalog,
    commit: compiled.commit,
    entries,
  })
  const wanted = new Set(needed)
  const changed = compiled.entries.filter(({ manifest }) => wanted.has(manifest.id)).toSorted(officialFirst)
  const refused: Finding[] = []
  let sent = 0
  for (const chunk of inChunks(changed)) {
    const answer = await target.add(sync_id, chunk)
    refused.push(...answer.refused)
    sent += chunk.length
    onSent({ total: changed.length, sent })
  }
  const state = await target.finish(sync_id, [...refused, ...compiled.findings].slice(0, MAX_FINDINGS))
  return { state, sent }
}

/** A name that an official and a community worker claim goes to whichever is sent first. */
function officialFirst(a: CatalogEntry, b: CatalogEntry): number {
  return Number(b.source === 'official') - Number(a.source === 'official')
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
