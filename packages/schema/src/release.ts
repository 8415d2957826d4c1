import { z } from 'zod'
import { ARCHIVE_FORMATS } from './archive-formats.ts'
import { digestSchema, platformSchema, sha256Schema, variantNameSchema } from './ids.ts'
import { manifestSchema } from './manifest.ts'
import { envelopeSchema } from './provenance.ts'
import { versionSchema } from './version.ts'

export const archiveFormatSchema = z.enum(ARCHIVE_FORMATS)
export type ArchiveFormat = z.infer<typeof archiveFormatSchema>

/** The media types of stored archives. */
export const ARCHIVE_MEDIA_TYPE: Readonly<Record<ArchiveFormat, string>> = {
  'tar.zst': 'application/zstd',
  'tar.gz': 'application/gzip',
}

/** Largest compressed archive, in bytes: R2 accepts no larger object in one checked write. */
export const ARCHIVE_MAX_BYTES = 4_995 * 2 ** 20
/** Largest uncompressed archive, in bytes. */
export const ARCHIVE_MAX_UNPACKED_BYTES = 16 * 2 ** 30
/** Most files and folders in one archive. */
export const ARCHIVE_MAX_ENTRIES = 50_000
/** Bytes of every part of an upload but the last: within Cloudflare's request limit, above R2's minimum of 5 MiB. */
export const UPLOAD_PART_BYTES = 16 * 2 ** 20

/** Number of parts in which an archive of `size` bytes is sent. */
export function uploadPartCount(size: number): number {
  return Math.ceil(size / UPLOAD_PART_BYTES)
}

/** Bytes of part `part` (from 1) of an archive of `size` bytes; null when the archive has no such part. */
export function uploadPartBytes(size: number, part: number): number | null {
  const count = uploadPartCount(size)
  if (!Number.isInteger(part) || part < 1 || part > count) return null
  return part < count ? UPLOAD_PART_BYTES : size - (count - 1) * UPLOAD_PART_BYTES
}

export const archiveSchema = z.object({
  format: archiveFormatSchema,
  sha256: sha256Schema,
  size: z.number().int().positive().max(ARCHIVE_MAX_BYTES),
})
export type Archive = z.infer<typeof archiveSchema>

/** One build: the bytes for one platform and variant, in every format they are stored in. */
export const artifactSchema = z.object({
  platform: platformSchema,
  variant: variantNameSchema,
  /** Digest of the uncompressed tar: what the artifact is, whatever its compression. */
  digest: digestSchema,
  /** Size of the uncompressed tar, in bytes. */
  unpacked_size: z.number().int().positive().max(ARCHIVE_MAX_UNPACKED_BYTES),
  archives: z.array(archiveSchema).min(1).max(ARCHIVE_FORMATS.length),
})
export type Artifact = z.infer<typeof artifactSchema>

/** An artifact as it is published: with what its publisher signed about it, which is kept beside the release. */
export const artifactInputSchema = artifactSchema.extend({ provenance: envelopeSchema.nullish() })
export type ArtifactInput = z.infer<typeof artifactInputSchema>

const markdown = z.string().max(512 * 1024)

/** Body of `PUT /v1/workers/:id/:version`: names only bytes that are uploaded already. */
export const releaseInputSchema = z
  .object({
    manifest: manifestSchema,
    version: versionSchema,
    artifacts: z.array(artifactInputSchema).min(1).max(200),
    readme: markdown.nullable().default(null),
    changelog: markdown.nullable().default(null),
  })
  .check((context) => {
    const seen = new Set<string>()
    for (const [index, artifact] of context.value.artifacts.entries()) {
      const report = (path: (string | number)[], message: string) =>
        context.issues.push({ code: 'custom', path: ['artifacts', index, ...path], message, input: artifact })
      const name = `${artifact.platform}/${artifact.variant}`
      if (seen.has(name)) report([], `${name} stands twice`)
      seen.add(name)
      const { manifest } = context.value
      if (!manifest.build.features.includes(artifact.variant))
        report(['variant'], 'is not a variant of the manifest')
      const [os, arch] = artifact.platform.split('-') as ['linux' | 'macos' | 'windows', 'x86_64' | 'aarch64']
      if (!manifest.platforms[os].includes(arch)) report(['platform'], 'is not a platform of the manifest')
      if (new Set(artifact.archives.map((archive) => archive.format)).size !== artifact.archives.length) {
        report(['archives'], 'names a format twice')
      }
    }
  })
export type ReleaseInput = z.infer<typeof releaseInputSchema>

/** Body of `POST /v1/uploads`. */
export const uploadInputSchema = archiveSchema.extend({
  /** One above {@link ARCHIVE_MAX_BYTES} has an error of its own. */
  size: z.number().int().positive(),
  /** Digest of the uncompressed tar inside. */
  digest: digestSchema,
})
export type UploadInput = z.infer<typeof uploadInputSchema>

/** Answer of every upload call. */
export const uploadStateSchema = z.object({
  /** Null when the bytes are stored already and nothing has to be sent. */
  upload_id: z.string().nullable(),
  status: z.enum(['open', 'stored']),
  sha256: sha256Schema,
  size: z.number().int(),
  part_size: z.number().int(),
  /** Number of parts; part numbers start with 1. */
  parts: z.number().int(),
  received_parts: z.array(z.number().int()),
  expires_at: z.string().nullable(),
})
export type UploadState = z.infer<typeof uploadStateSchema>
