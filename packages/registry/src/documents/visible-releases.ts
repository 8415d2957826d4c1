import {
  type Artifact,
  type BinarySource,
  compareVersions,
  type GitPlace,
  latestVersion,
  type PublishedBy,
  type Version,
  type WorkerManifest,
} from '@rbee/schema'
import type { RecipeRow, ReleaseRow, WorkerRecord } from '../ports/database.ts'

/** A version of a worker that people can see: published, or described by Git alone. */
export interface VisibleRelease {
  readonly version: Version
  /** What is installed is described by the manifest of the release itself, never by a later one. */
  readonly manifest: WorkerManifest
  readonly artifacts: readonly Artifact[]
  /** Downloads outside this registry that the folder's PKGBUILD.bin names for this very version. */
  readonly binarySources: readonly BinarySource[]
  /** Milliseconds since the epoch. */
  readonly publishedAt: number
  readonly yanked: string | null
  /** Milliseconds since the epoch. */
  readonly yankedAt: number | null
  readonly quarantined: string | null
  readonly quarantinedAt: number | null
  /** What it cures, as an operator confirmed it. */
  readonly securityFix: string | null
  /** Who published it; null where that was not remembered. */
  readonly publisher: PublishedBy | null
  /** Where its source lies; null when no catalog tells. */
  readonly git: GitPlace | null
  /** Only the history of the catalog knows it, and what stands there now is another version. */
  readonly superseded: boolean
}

/**
 * All versions of a worker, newest first. The version of a recipe is one of them even before anything was published
 * under it, and so are those before it in the history of the catalog: they can be built from source. What is known of a
 * version that was published comes from its release.
 */
export function visibleReleases(record: WorkerRecord): VisibleRelease[] {
  const described = record.recipe === null ? [] : describedReleases(record.recipe)
  const published = record.releases.map((row) => publishedRelease(row, described))
  const versions = new Set(published.map(({ version }) => version))
  return [...published, ...described.filter(({ version }) => !versions.has(version))].toSorted((a, b) =>
    compareVersions(b.version, a.version),
  )
}

/**
 * The release that is meant when no version is named: the newest that is neither withdrawn nor a pre-release, as long
 * as there is one. Versions that the catalog left behind are never meant. A quarantined release is the last resort, so
 * that a worker does not vanish with its only release.
 */
export function latestRelease(releases: readonly VisibleRelease[]): VisibleRelease | null {
  const current = releases.filter(({ superseded }) => !superseded)
  const allowed = current.filter(({ quarantined }) => quarantined === null)
  const offered = allowed.filter(({ yanked }) => yanked === null)
  const candidates = [offered, allowed, current].find((group) => group.length > 0) ?? []
  const version = latestVersion(candidates.map((release) => release.version))
  return candidates.find((release) => release.version === version) ?? null
}

function publishedRelease(row: ReleaseRow, described: readonly VisibleRelease[]): VisibleRelease {
  const source = described.find(({ version }) => version === row.version)
  return {
    version: row.version,
    manifest: row.input.manifest,
    artifacts: row.input.artifacts,
    binarySources: source?.binarySources ?? [],
    publishedAt: row.publishedAt,
    yanked: row.yanked,
    yankedAt: row.yankedAt,
    quarantined: row.quarantined,
    quarantinedAt: row.quarantinedAt,
    securityFix: row.securityFix,
    publisher: row.publisher,
    git: source?.git ?? null,
    superseded: false,
  }
}

/** The versions that a recipe tells of: the current one, and those of its history. */
function describedReleases({ entry, updatedAt }: RecipeRow): VisibleRelease[] {
  const unpublished = {
    artifacts: [],
    yanked: null,
    yankedAt: null,
    quarantined: null,
    quarantinedAt: null,
    securityFix: null,
    publisher: { kind: 'catalog' } as const,
  }
  return [
    {
      ...unpublished,
      version: entry.version,
      manifest: entry.manifest,
      binarySources: entry.binary_sources,
      publishedAt: updatedAt,
      git: entry.git,
      superseded: false,
    },
    ...entry.earlier.map((earlier) => ({
      ...unpublished,
      version: earlier.version,
      manifest: earlier.manifest,
      binarySources: earlier.binary_sources,
      publishedAt: earlier.committed_at,
      git: { ...entry.git, commit: earlier.commit },
      superseded: true,
    })),
  ]
}
