import { type Artifact, compareVersions, type Digest, type PatchDocument, type Version } from '@rbee/schema'
import { archiveUrl } from '../documents/addresses.ts'
import type { WorkerRecord } from '../ports/database.ts'
import type { PatchRow } from '../ports/patches.ts'

type NamedArtifact = Pick<Artifact, 'platform' | 'variant'>

/** The patches that make an artifact, those from the newest releases first. */
export function patchDocuments(
  { patches = [] }: WorkerRecord,
  { version }: { readonly version: Version },
  artifact: NamedArtifact,
): PatchDocument[] {
  return patches
    .filter((row) => row.version === version && isOf(row, artifact))
    .toSorted((a, b) => compareVersions(b.fromVersion, a.fromVersion))
    .map(patchDocument)
}

export function patchDocument({ fromDigest, fromVersion, format, size, sha256 }: PatchRow): PatchDocument {
  return {
    from_digest: fromDigest,
    from_version: fromVersion,
    format,
    size,
    sha256,
    download_url: archiveUrl(sha256),
  }
}

/** The release that has this archive for the same platform and variant; null where the worker has none. */
export function releaseOfArchive(
  { releases }: WorkerRecord,
  artifact: NamedArtifact,
  digest: Digest,
): { readonly version: Version; readonly unpackedSize: number } | null {
  for (const { version, input } of releases) {
    const found = input.artifacts.find((one) => isOf(one, artifact) && one.digest === digest)
    if (found !== undefined) return { version, unpackedSize: found.unpacked_size }
  }
  return null
}

function isOf(one: NamedArtifact, { platform, variant }: NamedArtifact): boolean {
  return one.platform === platform && one.variant === variant
}
