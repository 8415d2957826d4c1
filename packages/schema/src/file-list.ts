import { z } from 'zod'
import { digestSchema, sha256Schema } from './ids.ts'

/** Largest list of files that is kept, in bytes of its JSON: about 50,000 files with short names. */
export const FILE_LIST_MAX_BYTES = 8 * 2 ** 20

/** A file of an archive. */
export const listedFileSchema = z.object({
  /** Relative, with forward slashes; archives hold no others. */
  path: z.string(),
  /** In bytes. */
  size: z.number().int().nonnegative(),
  executable: z.boolean(),
  sha256: sha256Schema,
})
export type ListedFile = z.infer<typeof listedFileSchema>

/** Answer of `/v1/workers/:id/:version/files/:platform/:variant`: what the archives of a build unpack to. */
export const fileListSchema = z.object({
  /** Of the uncompressed tar. */
  digest: digestSchema,
  total: z.number().int().nonnegative().describe('Files in the archive'),
  complete: z.boolean().describe('False where the list would exceed 8 MiB and ends earlier'),
  files: z.array(listedFileSchema).describe('Sorted by path; folders and links are not listed'),
})
export type FileList = z.infer<typeof fileListSchema>
