import { z } from 'zod'

/** As the server keeps them, far more than a root of a hundred keys. */
const fileSchema = z.string().min(2).max(500_000)

/** Body of `PUT /v1/tuf/root` (operators only): files of signed metadata, as text, byte for byte. */
export const signedRootInputSchema = z.object({
  /** All roots from the first on. */
  roots: z.array(fileSchema).min(1).max(256),
  /** What the newest root's keys signed as its targets. */
  targets: fileSchema,
})
export type SignedRootInput = z.infer<typeof signedRootInputSchema>

/** How signed metadata stands. */
export const signedRootSchema = z.object({
  /** Of the newest root. */
  version: z.int(),
  /** SHA-256 of its file. */
  sha256: z.string(),
  /** When it expires. */
  expires: z.string(),
})
export type SignedRoot = z.infer<typeof signedRootSchema>

/** A file of signed metadata (The Update Framework 1.0, section 4.2); what is signed depends on the role. */
export const signedMetadataSchema = z.looseObject({
  signed: z.looseObject({
    _type: z.enum(['root', 'timestamp', 'snapshot', 'targets']),
    spec_version: z.string(),
    version: z.int(),
    expires: z.string(),
  }),
  signatures: z.array(z.looseObject({ keyid: z.string(), sig: z.string() })),
})
