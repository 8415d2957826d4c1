import {
  ARCHIVE_FORMATS,
  type Artifact,
  type ArtifactDocument,
  backendOf,
  digestOf,
  isPrerelease,
  type ProvenanceDocument,
  priorityOf,
  type ReleaseDocument,
  type Sha256,
  sha256Schema,
  type VariantDocument,
  type Version,
  type VersionsDocument,
} from '@rbee/schema'
import { variantIdOf } from '../names/worker-names.ts'
import { patchDocuments } from '../patches/artifact-patches.ts'
import type { WorkerRecord } from '../ports/database.ts'
import { rebuildCounts } from '../rebuilds/release-rebuilds.ts'
import { archiveUrl, provenanceUrl } from './addresses.ts'
import { distributionOf } from './distribution.ts'
import { orderedPlatforms, platformPairs } from './platforms.ts'
import { type VisibleRelease, visibleReleases } from './visible-releases.ts'

/** The document of one version. A version that the worker does not have is a bug of the caller. */
export function composeRelease(record: WorkerRecord, version: Version): ReleaseDocument {
  const release = visibleReleases(record).find((one) => one.version === version)
  if (!release) throw new Error(`worker ${record.worker.id} has no version ${version}`)
  return releaseDocument(record, release)
}

export function releaseDocument(record: WorkerRecord, release: VisibleRelease): ReleaseDocument {
  const { manifest } = release
  return {
    worker: record.worker.id,
    name: manifest.name,
    ...releaseFacts(release),
    source: record.worker.source,
    distribution: distributionOf(release, record.recipe),
    license: manifest.license,
    binary_name: manifest.binary_name,
    default_variant: manifest.build.default_feature,
    platforms: platformPairs(manifest.platforms),
    variants: variantDocuments(record, release),
    binary_sources: [...release.binarySources],
    dependencies: manifest.dependencies,
    capabilities: manifest.capabilities,
    selftest: manifest.selftest ?? null,
    run: manifest.run ?? null,
    git: release.git,
    published_by: release.publisher,
    release: identityOf(record, release.version),
    pricing: (record.recipe?.entry.manifest ?? manifest).pricing ?? manifest.pricing ?? null,
  }
}

/** What both the release's own document and the list of versions say of it. */
export function releaseFacts(
  release: VisibleRelease,
): Omit<VersionsDocument['releases'][number], 'distribution' | 'platforms' | 'url'> {
  return {
    version: release.version,
    published_at: timeText(release.publishedAt),
    prerelease: isPrerelease(release.version),
    yanked: release.yanked,
    yanked_at: timeText(release.yankedAt),
    quarantined: release.quarantined,
    quarantined_at: timeText(release.quarantinedAt),
    security_fix: release.securityFix,
  }
}

function timeText<Time extends number | null>(time: Time): Time extends null ? null : string
function timeText(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}

/** In the manifest's order, which decides ties between variants. */
function variantDocuments(record: WorkerRecord, release: VisibleRelease): VariantDocument[] {
  const layout = record.recipe?.entry.layout ?? null
  const { manifest } = release
  return manifest.build.features.map((name) => ({
    name,
    id: variantIdOf(record.worker.id, name, layout),
    backend: backendOf(name),
    priority: priorityOf(manifest, name),
    requirements: manifest.requirements[name] ?? {},
    artifacts: artifactDocuments(
      record,
      release,
      release.artifacts.filter(({ variant }) => variant === name),
    ),
  }))
}

function artifactDocuments(
  record: WorkerRecord,
  release: VisibleRelease,
  artifacts: readonly Artifact[],
): ArtifactDocument[] {
  return orderedPlatforms(artifacts.map(({ platform }) => platform)).flatMap((platform) =>
    artifacts
      .filter((artifact) => artifact.platform === platform)
      .map((artifact) => artifactDocument(record, release, artifact)),
  )
}

function artifactDocument(
  record: WorkerRecord,
  release: VisibleRelease,
  artifact: Artifact,
): ArtifactDocument {
  const byFormat = artifact.archives.toSorted(
    (a, b) => ARCHIVE_FORMATS.indexOf(a.format) - ARCHIVE_FORMATS.indexOf(b.format),
  )
  return {
    platform: artifact.platform,
    digest: artifact.digest,
    unpacked_size: artifact.unpacked_size,
    provenance: provenanceDocument(record, release, artifact),
    rebuilds: rebuildCounts(record, release, artifact),
    patches: release.quarantined === null ? patchDocuments(record, release, artifact) : [],
    archives: byFormat.map(({ format, size, sha256 }) => {
      const checksum = digestOf(sha256)
      return { format, size, checksum, download_url: archiveUrl(sha256) }
    }),
  }
}

/** Null for a version that was never published. */
function identityOf({ releases }: WorkerRecord, version: Version): Sha256 | null {
  const row = releases.find((release) => release.version === version)
  return row === undefined ? null : sha256Schema.parse(row.identity)
}

function provenanceDocument(
  { worker, provenance = [] }: WorkerRecord,
  { version }: VisibleRelease,
  { platform, variant }: Artifact,
): ProvenanceDocument | null {
  const row = provenance.find(
    (one) => one.version === version && one.platform === platform && one.variant === variant,
  )
  if (row === undefined) return null
  return {
    sha256: row.sha256,
    size: row.size,
    url: provenanceUrl(worker.id, version, platform, variant),
    key_ids: [...row.keyIds],
    attached_at: new Date(row.attachedAt).toISOString(),
  }
}
