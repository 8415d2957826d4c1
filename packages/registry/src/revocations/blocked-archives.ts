import { sha256Schema, versionSchema, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { inGroups } from '../documents/in-groups.ts'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import type { QuarantinedRow, ReleaseRow } from '../ports/database.ts'
import type { DocumentStore } from '../ports/document-store.ts'

const DOCUMENTS_AT_ONCE = 16

/** Says why the bytes of an archive are not handed out. */
export const blockedArchiveSchema = z.object({
  sha256: sha256Schema,
  worker: workerIdSchema,
  version: versionSchema,
  reason: z.string(),
})
export type BlockedArchive = z.infer<typeof blockedArchiveSchema>

/** Reads a document of the kind `blocked-archive`. */
export function readBlockedArchive(body: Uint8Array): BlockedArchive {
  return blockedArchiveSchema.parse(readJson(body))
}

/** From now on nobody is handed the archives of these releases. */
export async function blockArchives(store: DocumentStore, rows: readonly QuarantinedRow[]): Promise<void> {
  const blocked = rows.flatMap(({ worker, version, reason, archives }) =>
    archives.map((sha256): BlockedArchive => ({ sha256, worker, version, reason })),
  )
  await inGroups(blocked, DOCUMENTS_AT_ONCE, (one) =>
    store.put({ kind: 'blocked-archive', sha256: one.sha256 }, jsonBytes(one)),
  )
}

/** Archives of these releases are handed out again; those that another release keeps blocked stay so. */
export async function unblockArchives(store: DocumentStore, releases: readonly ReleaseRow[]): Promise<void> {
  const archives = releases.flatMap(({ worker, version, input }) =>
    input.artifacts.flatMap((artifact) =>
      artifact.archives.map(({ sha256 }) => ({
        worker,
        version,
        key: { kind: 'blocked-archive', sha256 } as const,
      })),
    ),
  )
  await inGroups(archives, DOCUMENTS_AT_ONCE, async ({ worker, version, key }) => {
    const stored = await store.get(key)
    if (stored === null) return
    const { worker: by, version: of } = readBlockedArchive(stored.body)
    if (by === worker && of === version) await store.delete(key)
  })
}
