import {
  pricingSchema,
  type ReleaseDocument,
  type Sha256,
  sha256Of,
  sha256Schema,
  versionSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import type { WantedDocument } from '../documents/settle.ts'

/** Says that the bytes of an archive, or of a patch, are for who holds a licence. */
export const licensedArchiveSchema = z.object({
  sha256: sha256Schema,
  worker: workerIdSchema,
  version: versionSchema,
  pricing: pricingSchema.nullable(),
})
export type LicensedArchive = z.infer<typeof licensedArchiveSchema>

/** Reads a document of the kind `licensed-archive`. */
export function readLicensedArchive(body: Uint8Array): LicensedArchive {
  return licensedArchiveSchema.parse(readJson(body))
}

/**
 * The documents that keep from everybody what only premium releases of a worker name, archives and patches alike. What one of
 * its free releases names as well is free: it was handed out before, and cannot be taken back.
 */
export function licensedArchives(releases: readonly ReleaseDocument[]): WantedDocument[] {
  const sold = releases.filter(({ distribution }) => distribution.requires_license)
  if (sold.length === 0) return []
  const free = new Set(releases.filter((release) => !sold.includes(release)).flatMap(bytesOf))
  const licensed = new Map<Sha256, LicensedArchive>()
  for (const { worker, version, pricing, ...release } of sold) {
    for (const sha256 of bytesOf(release)) licensed.set(sha256, { sha256, worker, version, pricing })
  }
  return [...new Set([...licensed.keys(), ...free])].map((sha256) => {
    const document = free.has(sha256) ? undefined : licensed.get(sha256)
    return { key: { kind: 'licensed-archive', sha256 }, body: document ? jsonBytes(document) : null }
  })
}

function bytesOf({ variants }: Pick<ReleaseDocument, 'variants'>): Sha256[] {
  return variants
    .flatMap(({ artifacts }) => artifacts)
    .flatMap(({ archives, patches }) => [
      ...archives.map(({ checksum }) => sha256Of(checksum)),
      ...patches.map(({ sha256 }) => sha256),
    ])
}
