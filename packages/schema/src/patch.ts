import { z } from 'zod'
import { digestSchema, sha256Schema } from './ids.ts'
import { versionSchema } from './version.ts'

/** The format of patches that are made today; see docs/decisions/0036-patches.md. */
export const PATCH_FORMAT = 'rbee-patch-1'
/** Largest patch that is stored, in bytes. */
export const PATCH_MAX_BYTES = 64 * 2 ** 20
/** Most patches of one artifact. */
export const PATCHES_MAX = 8

/** What turns the archive of an earlier release into an artifact's own. */
export const patchDocumentSchema = z.object({
  /** Of the earlier release's uncompressed tar. */
  from_digest: digestSchema,
  from_version: versionSchema,
  /** `rbee-patch-1`; a client passes over those that it does not know. */
  format: z.string().max(40),
  /** Of the patch. */
  size: z.number().int().positive().max(PATCH_MAX_BYTES),
  /** Of the patch. */
  sha256: sha256Schema,
  /** From the root of the server on. */
  download_url: z.string().max(4000).regex(/^\//, 'must be a path of the server'),
})
export type PatchDocument = z.infer<typeof patchDocumentSchema>
