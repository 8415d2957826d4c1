import { type Version, versionSchema, versionsDocumentSchema, type WorkerId } from '@rbee/schema'
import { licensedArchives } from '../licenses/licensed-archives.ts'
import type { WorkerRecord } from '../ports/database.ts'
import { type DocumentKey, documentPath } from '../storage-keys.ts'
import { isImplied } from './aliases.ts'
import type { ComposedWorker } from './compose-worker.ts'
import type { DocumentPorts } from './document-ports.ts'
import { jsonBytes, readJson, textBytes } from './json-bytes.ts'
import { releaseRow, workerRows } from './row-records.ts'
import { type KnownDocuments, settleDocuments, type WantedDocument } from './settle.ts'
import { readSnapshot } from './snapshots.ts'
import { workerIndex } from './worker-index.ts'

/**
 * Writes all documents of one worker except its place in the list, and deletes those that it has no more. Fails with
 * {@link RowsUnusable} when they cannot be composed.
 */
export async function writeWorkerFiles(ports: DocumentPorts, id: WorkerId): Promise<void> {
  await settleDocuments(ports.documents, async (known) => {
    const snapshot = await readSnapshot(ports.database, id)
    return documentsOf(id, snapshot?.record ?? null, snapshot?.composed ?? null, known)
  })
}

/** How every document that a worker has or may have had shall be, in the order in which they are to be changed. */
export function documentsOf(
  id: WorkerId,
  record: WorkerRecord | null,
  composed: ComposedWorker | null,
  known: KnownDocuments,
): WantedDocument[] {
  const wanted =
    record === null || composed === null ? [] : [...rowDocuments(record), ...presentDocuments(id, composed)]
  return [
    ...wanted,
    ...absentDocuments(id, record, wanted, known),
    versionsList(id, composed),
    { key: { kind: 'worker-index', id }, body: composed && jsonBytes(workerIndex(composed)) },
  ]
}

/**
 * First of all, so that no release is served whose row could not be restored; and never deleted, as neither releases nor
 * the names of a worker that is gone ever end.
 */
function rowDocuments(record: WorkerRecord): WantedDocument[] {
  const { id } = record.worker
  return [
    { key: { kind: 'worker-rows', id }, body: jsonBytes(workerRows(record)) },
    ...record.releases.map(
      (release): WantedDocument => ({
        key: { kind: 'release-row', id, version: release.version },
        body: jsonBytes(releaseRow(release)),
      }),
    ),
  ]
}

/** In an order in which no document names another that is not there yet. */
function presentDocuments(id: WorkerId, composed: ComposedWorker): WantedDocument[] {
  const { worker, releases, readme, changelog, checks, pkgbuild, srcinfo, keys, rebuilds, aliases } = composed
  const wanted: WantedDocument[] = licensedArchives(releases)
  for (const release of releases)
    wanted.push({ key: { kind: 'release', id, version: release.version }, body: jsonBytes(release) })
  if (readme !== null) wanted.push({ key: { kind: 'readme', id }, body: textBytes(readme) })
  if (changelog !== null) wanted.push({ key: { kind: 'changelog', id }, body: textBytes(changelog) })
  if (checks !== null) wanted.push({ key: { kind: 'checks', id }, body: jsonBytes(checks) })
  if (pkgbuild !== null) wanted.push({ key: { kind: 'pkgbuild', id }, body: textBytes(pkgbuild) })
  if (srcinfo !== null) wanted.push({ key: { kind: 'srcinfo', id }, body: textBytes(srcinfo) })
  // Never taken away again: a history only grows.
  if (keys !== null) wanted.push({ key: { kind: 'worker-keys', id }, body: jsonBytes(keys) })
  // Nor are these: what was attested stays.
  for (const list of rebuilds)
    wanted.push({ key: { kind: 'rebuilds', id, version: list.version }, body: jsonBytes(list) })
  wanted.push({ key: { kind: 'worker', id }, body: jsonBytes(worker) })
  for (const alias of aliases) {
    if (isImplied(alias, worker)) continue
    wanted.push({ key: { kind: 'alias', name: alias.name }, body: jsonBytes(alias.document) })
  }
  return wanted
}

/** Every document that the worker may have had and shall not have now. */
function absentDocuments(
  id: WorkerId,
  record: WorkerRecord | null,
  wanted: readonly WantedDocument[],
  known: KnownDocuments,
): WantedDocument[] {
  const names = record?.names.map(({ name }) => name).filter((name) => name !== id) ?? []
  const possible: DocumentKey[] = [
    ...names.map((name): DocumentKey => ({ kind: 'alias', name })),
    { kind: 'worker', id },
    { kind: 'pkgbuild', id },
    { kind: 'srcinfo', id },
    { kind: 'readme', id },
    { kind: 'changelog', id },
    { kind: 'checks', id },
    ...listedVersions(id, known).map((version): DocumentKey => ({ kind: 'release', id, version })),
  ]
  const kept = new Set(wanted.map(({ key }) => documentPath(key)))
  return possible.filter((key) => !kept.has(documentPath(key))).map((key) => ({ key, body: null }))
}

/**
 * The list of versions is written last: the one that is stored remembers which releases have documents, and an
 * interrupted deletion is taken up again from it.
 */
function versionsList(id: WorkerId, composed: ComposedWorker | null): WantedDocument {
  return { key: { kind: 'versions', id }, body: composed && jsonBytes(composed.versions) }
}

function listedVersions(id: WorkerId, known: KnownDocuments): Version[] {
  const stored = known.get(documentPath({ kind: 'versions', id }))?.stored
  if (!stored) return []
  const { versions } = versionsDocumentSchema.parse(readJson(stored.body))
  return versions.map((version) => versionSchema.parse(version))
}
