import { createHash } from 'node:crypto'
import { sha256Schema } from '@rbee/schema'
import { z } from 'zod'
import { packageInfo } from './package-info.ts'
import type { PackageOffer } from './package-offer.ts'

/** What is known of a package that lies in the repository, so that it needs not be read or made again. */
export const packageRecordSchema = z.object({
  /** What the package was made of; see {@link originOf}. */
  origin: sha256Schema,
  size: z.number().int().nonnegative(),
  sha256: sha256Schema,
  /** In bytes. */
  installed_size: z.number().int().nonnegative(),
  /** Names of the installed files and folders, as the database of files lists them. */
  files: z.array(z.string()),
})
export type PackageRecord = z.infer<typeof packageRecordSchema>

/** Names everything that decides about a package's bytes. */
export function originOf(offer: PackageOffer): PackageRecord['origin'] {
  const text = [offer.artifact.digest, offer.address, offer.program, packageInfo(offer, 0)].join('\n')
  return sha256Schema.parse(createHash('sha256').update(text).digest('hex'))
}
