import { workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import type { LicenseRow } from '../ports/licenses.ts'
import type { LicensePorts } from './license-ports.ts'

const licenseRowSchema = z.object({
  id: z.string(),
  customer: z.string(),
  workers: z.array(workerIdSchema),
  entitlements: z.array(z.string()),
  seats: z.number().nullable(),
  floating: z.boolean(),
  trial: z.boolean(),
  issuedAt: z.number(),
  expiresAt: z.number().nullable(),
  revokedAt: z.number().nullable(),
  revokeReason: z.string().nullable(),
  revision: z.number(),
})

/**
 * A licence by its id, and null for one that was never issued here. Its row is kept as a document, too, which is never served: a
 * database that was lost gets the row back when the licence is used, and one that was put back from an older backup learns what was
 * extended and revoked since. Where documents cannot be reached, by commands in a data folder, the row alone counts.
 */
export async function knownLicense(
  { database, documents }: Pick<LicensePorts, 'database' | 'documents'>,
  id: string,
): Promise<LicenseRow | null> {
  if (documents === undefined || !/^[0-9a-f]{24}$/.test(id)) return database.findLicense(id)
  const key = { kind: 'license-row', id } as const
  const [row, stored] = await Promise.all([database.findLicense(id), documents.get(key)])
  const kept = stored && licenseRowSchema.parse(readJson(stored.body))
  const license = newest(row, kept)
  if (license === null) return null
  if (!isSame(row, license)) await database.restoreLicense(license)
  // Whoever was faster wrote what is as new; what is not is put right by the next use.
  if (!isSame(kept, license)) await documents.put(key, jsonBytes(license), { etag: stored?.etag ?? null })
  return license
}

/** The one that was changed more often; a licence that either of them knows as revoked stays so. */
function newest(row: LicenseRow | null, kept: LicenseRow | null): LicenseRow | null {
  if (row === null || kept === null) return row ?? kept
  const [newer, older] = kept.revision > row.revision ? [kept, row] : [row, kept]
  if (newer.revokedAt !== null || older.revokedAt === null) return newer
  return { ...newer, revokedAt: older.revokedAt, revokeReason: older.revokeReason }
}

/** As far as it changes after it was issued. */
function isSame(a: LicenseRow | null, b: LicenseRow): boolean {
  return a?.revision === b.revision && a.revokedAt === b.revokedAt
}
