import { sha256Schema, versionSchema, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { inGroups } from '../documents/in-groups.ts'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import { patchesTo } from '../patches/patches-to.ts'
import type { QuarantinedRow, ReleaseRow } from '../ports/database.ts'
import type { RegistryPorts } from '../registry.ts'

const DOCUMENTS_AT_ONCE = 16

type BlockingPorts = Pick<RegistryPorts, 'database' | 'documents'>

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

/** From now on nobody is handed the archives of these releases, nor patches that make them. */
export async function blockArchives(
  { database, documents }: BlockingPorts,
  rows: readonly QuarantinedRow[],
): Promise<void> {
  const patches = await patchesTo(database, rows)
  const blocked = rows.flatMap(({ archives, ...row }) =>
    [...archives, ...patches(row)].map((sha256) => ({ ...row, sha256 })),
  )
  await inGroups(blocked, DOCUMENTS_AT_ONCE, ({ sha256, worker, version, reason }) => {
    const document: BlockedArchive = { sha256, worker, version, reason }
    return documents.put({ kind: 'blocked-archive', sha256 }, jsonBytes(document))
  })
}

/** Archives and patches of these releases are handed out again; those that another release keeps blocked stay so. */
export async function unblockArchives(
  { database, documents }: BlockingPorts,
  releases: readonly ReleaseRow[],
): Promise<void> {
  const patches = await patchesTo(database, releases)
  const named = releases.flatMap(({ input, ...release }) => {
    const archives = input.artifacts.flatMap((artifact) => artifact.archives.map(({ sha256 }) => sha256))
    return [...archives, ...patches(release)].map((sha256) => ({ ...release, sha256 }))
  })
  await inGroups(named, DOCUMENTS_AT_ONCE, async ({ worker, version, sha256 }) => {
    const key = { kind: 'blocked-archive', sha256 } as const
    const stored = await documents.get(key)
    if (stored === null) return
    const { worker: by, version: of } = readBlockedArchive(stored.body)
    if (by === worker && of === version) await documents.delete(key)
  })
}
