import {
  digestSchema,
  platformSchema,
  publisherKeySchema,
  type Rebuild,
  rebuildSchema,
  sha256Schema,
  type Version,
  variantNameSchema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import type { WorkerRecord } from '../ports/database.ts'
import { artifactRebuilds } from './release-rebuilds.ts'

/** What is stored of the attestations of one release: all but the envelopes, which are documents of their own. */
export const rebuildListSchema = z.object({
  worker: workerIdSchema,
  version: versionSchema,
  /** Newest first. */
  rebuilds: z.array(
    rebuildSchema.omit({ envelope: true }).extend({
      id: z.int(),
      platform: platformSchema,
      variant: variantNameSchema,
      rebuilt: digestSchema,
      key: publisherKeySchema,
      /** Of the envelope. */
      sha256: sha256Schema,
    }),
  ),
})
export type RebuildList = z.infer<typeof rebuildListSchema>

/** The attestations of a release; null where nobody ever attested anything. */
export function composeRebuildList(record: WorkerRecord, version: Version): RebuildList | null {
  const release = record.releases.find((row) => row.version === version)
  const listed = (release?.input.artifacts ?? []).flatMap((artifact) => {
    const attested = artifactRebuilds(record, { version }, artifact)
    return (attested?.rows ?? []).map((row): RebuildList['rebuilds'][number] => {
      const { id, platform, variant, rebuilt, key, account, sha256, at } = row
      const verdict: Rebuild['verdict'] = row.reproduced ? 'reproduced' : 'differs'
      const standing = attested?.standings.get(id)
      if (standing === undefined) throw new Error(`attestation ${id} was not judged`)
      return {
        ...{ id, platform, variant, verdict, rebuilt, key: { ...key }, account, standing },
        attested_at: new Date(at).toISOString(),
        sha256,
      }
    })
  })
  if (listed.length === 0) return null
  return { worker: record.worker.id, version, rebuilds: listed.toSorted((a, b) => b.id - a.id) }
}
