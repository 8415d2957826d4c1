import {
  type Artifact,
  type BinarySource,
  compareVersions,
  latestVersion,
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
  readonly quarantined: string | null
}

/**
 * All versions of a worker, newest first. The version of a recipe is one of them even before anything was published
 * under it: it can be built from source.
 */
export function visibleReleases(record: WorkerRecord): VisibleRelease[] {
  const published = record.releases.map((row) => publishedRelease(row, record.recipe))
  const { recipe } = record
  const isPublished = record.releases.some(({ version }) => version === recipe?.entry.version)
  const all = recipe === null || isPublished ? published : [...published, sourceRelease(recipe)]
  return all.toSorted((a, b) => compareVersions(b.version, a.version))
}

/**
 * The release that is meant when no version is named: the newest that is neither withdrawn nor a pre-release, as long
 * as there is one. A quarantined release is the last resort, so that a worker does not vanish with its only release.
 */
export function latestRelease(releases: readonly VisibleRelease[]): VisibleRelease | null {
  const allowed = releases.filter(({ quarantined }) => quarantined === null)
  const offered = allowed.filter(({ yanked }) => yanked === null)
  const candidates = [offered, allowed, releases].find((group) => group.length > 0) ?? []
  const version = latestVersion(candidates.map((release) => release.version))
  return candidates.find((release) => release.version === version) ?? null
}

function publishedRelease(row: ReleaseRow, recipe: RecipeRow | null): VisibleRelease {
  const isRecipe = recipe?.entry.version === row.version
  return {
    version: row.version,
    manifest: row.input.manifest,
    artifacts: row.input.artifacts,
    binarySources: isRecipe ? recipe.entry.binary_sources : [],
    publishedAt: row.publishedAt,
    yanked: row.yanked,
    quarantined: row.quarantined,
  }
}

function sourceRelease({ entry, updatedAt }: RecipeRow): VisibleRelease {
  return {
    version: entry.version,
    manifest: entry.manifest,
    artifacts: [],
    binarySources: entry.binary_sources,
    publishedAt: updatedAt,
    yanked: null,
    quarantined: null,
  }
}
