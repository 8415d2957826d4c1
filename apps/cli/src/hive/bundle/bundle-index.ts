import { createHash } from 'node:crypto'
import { platformSchema, sha256Schema, variantNameSchema, versionSchema, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'

export const BUNDLE_FORMAT = 'rbee-bundle-1'
export const INDEX_NAME = 'index.json'
/** Holds the SHA-256 of the index, so that no byte of a bundle can change unnoticed. */
export const SUM_NAME = 'index.sha256'
/** A log of a million entries has some 4,000 tiles, which take a megabyte here. */
export const INDEX_MAX_BYTES = 16 * 2 ** 20
const MAX_FILES = 100_000
const MAX_WORKERS = 1_000

/** Of an answer on its registry: a path, whatever the query. */
const answerAddressSchema = z
  .string()
  .max(1024)
  .regex(/^\/v1(?:\/[\w.%+~-]+)+$/)

const bundledWorkerSchema = z.strictObject({
  worker: workerIdSchema,
  version: versionSchema,
  /** The one that is to be installed; null where it is chosen for the host. */
  variant: variantNameSchema.nullable(),
  /** Whose archives are there. */
  builds: z.array(z.strictObject({ variant: variantNameSchema, platform: platformSchema })).max(1000),
})
export type BundledWorker = z.infer<typeof bundledWorkerSchema>

const bundledFileSchema = z.strictObject({
  /** Its name in the bundle, too. */
  sha256: sha256Schema,
  size: z.int().nonnegative(),
  /** At which addresses the registry answered with it. */
  addresses: z.array(answerAddressSchema).max(1000),
})
export type BundledFile = z.infer<typeof bundledFileSchema>

/** The first file of a bundle: what it holds, in the order in which that follows. */
export const bundleIndexSchema = z
  .strictObject({
    format: z.literal(BUNDLE_FORMAT),
    registry: z.string().max(2048),
    created_at: z.iso.datetime(),
    /** Which root vouches for it all, for people to compare. */
    root: z.strictObject({ version: z.int().positive(), sha256: sha256Schema }),
    workers: z.array(bundledWorkerSchema).min(1).max(MAX_WORKERS),
    files: z.array(bundledFileSchema).max(MAX_FILES),
  })
  .refine(({ files }) => files.every((file, at) => file.sha256 > (files[at - 1]?.sha256 ?? '')), {
    message: 'its files are not in order, or one is there twice',
  })
  .refine(
    ({ files }) => {
      const addresses = files.flatMap((file) => file.addresses)
      return new Set(addresses).size === addresses.length
    },
    { message: 'two answers have one address' },
  )
export type BundleIndex = z.infer<typeof bundleIndexSchema>

export function fileName({ sha256 }: Pick<BundledFile, 'sha256'>): string {
  return `files/${sha256}`
}

export function sumText(index: Uint8Array): Buffer {
  return Buffer.from(`${createHash('sha256').update(index).digest('hex')}\n`)
}
