import {
  type Archive,
  type Artifact,
  platformParts,
  RbeeError,
  type ReleaseInput,
  type Sha256,
  type WorkerManifest,
} from '@rbee/schema'
import type { BlobRow, Database } from '../ports/database.ts'

/** What one query asks for: D1 takes at most 100 bound parameters. */
const BLOBS_PER_QUERY = 100

/**
 * Checks that every archive a release names is stored, is what the release says of it, holds the program for its
 * platform, and was not packed for something else. Fails with `artifact_not_stored` (naming all that are missing),
 * `invalid_format`, `size_mismatch`, `digest_mismatch` or `archive_invalid`.
 */
export async function checkStoredArtifacts(database: Database, input: ReleaseInput): Promise<void> {
  const blobs = await findBlobs(database, input.artifacts)
  for (const artifact of input.artifacts) {
    for (const archive of artifact.archives) {
      const blob = blobs.get(archive.sha256)
      if (blob) checkBlob(input, artifact, archive, blob)
    }
  }
}

async function findBlobs(
  database: Database,
  artifacts: readonly Artifact[],
): Promise<ReadonlyMap<Sha256, BlobRow>> {
  const named = [...new Set(artifacts.flatMap(({ archives }) => archives.map((archive) => archive.sha256)))]
  const blobs = new Map<Sha256, BlobRow>()
  for (let start = 0; start < named.length; start += BLOBS_PER_QUERY) {
    const found = await database.findBlobs(named.slice(start, start + BLOBS_PER_QUERY))
    for (const blob of found) blobs.set(blob.sha256, blob)
  }
  const missing = named.filter((sha256) => !blobs.has(sha256))
  if (missing.length === 0) return blobs
  throw new RbeeError('artifact_not_stored', `${missing.length} of ${named.length} archives are not stored`, {
    next: 'Upload them first, then publish again',
    details: { missing },
  })
}

function checkBlob(input: ReleaseInput, artifact: Artifact, archive: Archive, blob: BlobRow): void {
  const name = `${artifact.platform}/${artifact.variant}`
  if (archive.format !== blob.format) {
    throw new RbeeError(
      'invalid_format',
      `The archive of ${name} is a ${blob.format}, not a ${archive.format}`,
    )
  }
  if (archive.size !== blob.size) {
    throw new RbeeError(
      'size_mismatch',
      `The ${archive.format} of ${name} has ${blob.size} bytes, not ${archive.size}`,
    )
  }
  if (artifact.digest !== blob.digest) {
    throw new RbeeError('digest_mismatch', `The ${archive.format} of ${name} holds another tar than stated`, {
      details: { declared: artifact.digest, actual: blob.digest },
    })
  }
  if (artifact.unpacked_size !== blob.unpackedSize) {
    throw new RbeeError(
      'size_mismatch',
      `The tar of ${name} has ${blob.unpackedSize} bytes, not ${artifact.unpacked_size}`,
    )
  }
  checkProgram(input.manifest, artifact, blob, name)
  checkMetadata(input, artifact, blob, name)
}

function checkProgram(manifest: WorkerManifest, artifact: Artifact, blob: BlobRow, name: string): void {
  const { os } = platformParts(artifact.platform)
  const program = os === 'windows' ? `${manifest.binary_name}.exe` : manifest.binary_name
  if (blob.programs.includes(program)) return
  throw new RbeeError('archive_invalid', `The archive of ${name} has no program bin/${program}`, {
    next: 'Pack the program under the name that the manifest states as binary_name',
    details: { programs: blob.programs },
  })
}

/** An archive that says it is something else would be installed as what it is not. */
function checkMetadata(input: ReleaseInput, artifact: Artifact, blob: BlobRow, name: string): void {
  if (blob.metadata === null) return
  const stated = {
    id: input.manifest.id,
    version: input.version,
    variant: artifact.variant,
    platform: artifact.platform,
    binary_name: input.manifest.binary_name,
    license: input.manifest.license,
  }
  for (const [field, value] of Object.entries(stated)) {
    const packed = blob.metadata[field as keyof typeof stated]
    if (packed === value) continue
    throw new RbeeError(
      'archive_invalid',
      `The metadata.json in the archive of ${name} says ${field} is "${packed}", the release says "${value}"`,
      { next: 'Pack the archive again for this release', details: { field } },
    )
  }
}
