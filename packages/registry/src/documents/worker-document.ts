import { canGeneratePkgbuild } from '@rbee/package-files'
import type { WorkerDocument, WorkerManifest, WorkerSummary } from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'
import { publisherOf } from '../search/publisher.ts'
import {
  changelogUrl,
  imageUrl,
  pkgbuildUrl,
  readmeUrl,
  releaseUrl,
  versionsUrl,
  workerUrl,
} from './addresses.ts'
import type { ComposedAlias } from './aliases.ts'
import { distributionOf } from './distribution.ts'
import { orderedPlatforms, platformPairs } from './platforms.ts'
import { releaseDocument } from './release-document.ts'
import type { VisibleRelease } from './visible-releases.ts'

/** The texts beside a worker's documents; null where there is none. */
export interface WorkerTexts {
  readonly readme: string | null
  readonly changelog: string | null
  readonly pkgbuild: string | null
  /** The .SRCINFO of `pkgbuild`. */
  readonly srcinfo: string | null
}

/**
 * The texts of a worker: those of its recipe, else of its latest release. Of the two files a folder may have, the
 * PKGBUILD that builds from source is preferred; both are served byte for byte.
 */
export function workerTexts({ recipe, releases }: WorkerRecord, latest: VisibleRelease): WorkerTexts {
  if (recipe) {
    const { readme, changelog, pkgbuild, pkgbuild_bin, srcinfo, version } = recipe.entry
    const described = releases.find((release) => release.version === version)
    // What may not run anywhere is not to be built either.
    if (described !== undefined && described.quarantined !== null)
      return { readme, changelog, pkgbuild: null, srcinfo: null }
    return { readme, changelog, pkgbuild: pkgbuild ?? pkgbuild_bin, srcinfo }
  }
  const published = releases.find(({ version }) => version === latest.version)
  const { readme = null, changelog = null } = published?.input ?? {}
  return { readme, changelog, pkgbuild: null, srcinfo: null }
}

/**
 * One worker with its latest release. What describes the worker (texts, people, links, prices) comes from its recipe,
 * because that is corrected without a new release; what decides how it is installed comes from the release.
 */
export function workerDocument(
  record: WorkerRecord,
  latest: VisibleRelease,
  texts: WorkerTexts,
  aliases: readonly ComposedAlias[],
): WorkerDocument {
  const { id, source } = record.worker
  const about = record.recipe?.entry.manifest ?? latest.manifest
  const { manifest } = latest
  const deprecation = deprecationOf(record, about)
  const release = releaseDocument(record, latest)
  const worker: WorkerDocument = {
    id,
    name: about.name,
    description: about.description,
    version: latest.version,
    source,
    license: manifest.license,
    tags: about.tags,
    distribution: distributionOf(latest, record.recipe),
    platforms: platformPairs(manifest.platforms),
    capabilities: manifest.capabilities,
    pricing: about.pricing ?? null,
    deprecated: deprecation !== null,
    url: workerUrl(id),
    versions_url: versionsUrl(id),
    pkgbuild_url: null,
    updated_at: new Date(lastChange(record)).toISOString(),
    ...peopleAndLinks(about),
    binary_name: manifest.binary_name,
    features: manifest.build.features,
    default_variant: manifest.build.default_feature,
    dependencies: manifest.dependencies,
    build: manifest.build,
    screenshots: screenshotsOf(record, about),
    deprecation,
    publisher: publisherOf(record),
    git: record.recipe?.entry.git ?? null,
    variants: release.variants,
    binary_sources: [...latest.binarySources],
    readme_url: texts.readme === null ? null : readmeUrl(id),
    changelog_url: texts.changelog === null ? null : changelogUrl(id),
    release_url: releaseUrl(id, latest.version),
    aliases: aliases.filter(({ kind }) => kind === 'alias').map(({ name }) => name),
    published_at: new Date(latest.publishedAt).toISOString(),
  }
  const hasPkgbuild = texts.pkgbuild !== null || canGeneratePkgbuild({ worker, release })
  return hasPkgbuild ? { ...worker, pkgbuild_url: pkgbuildUrl(id) } : worker
}

/** The part of a worker's document that lists hold. `platforms` of a variant are those it has binaries for. */
export function summaryOf(worker: WorkerDocument): WorkerSummary {
  const { id, name, description, version, source, license, tags, distribution, platforms } = worker
  const { capabilities, pricing, deprecated, url, versions_url, pkgbuild_url, updated_at } = worker
  return {
    id,
    name,
    description,
    version,
    source,
    license,
    tags,
    distribution,
    platforms,
    variants: worker.variants.map((variant) => ({
      name: variant.name,
      id: variant.id,
      backend: variant.backend,
      platforms: orderedPlatforms(
        [...variant.artifacts, ...worker.binary_sources.filter((one) => one.variant === variant.name)].map(
          ({ platform }) => platform,
        ),
      ),
    })),
    capabilities,
    pricing,
    deprecated,
    url,
    versions_url,
    pkgbuild_url,
    updated_at,
  }
}

/** What the registry holds of them; of a worker without a recipe it holds none. */
function screenshotsOf({ recipe }: WorkerRecord, about: WorkerManifest): WorkerDocument['screenshots'] {
  return about.screenshots.map((screenshot) => {
    const held = recipe?.entry.screenshots.find(({ path }) => path === screenshot.url)
    if (held === undefined) return screenshot
    const { sha256, media_type, width, height } = held
    return { ...screenshot, image: { url: imageUrl(sha256), media_type, width, height } }
  })
}

function peopleAndLinks(about: WorkerManifest) {
  return {
    authors: about.authors,
    author: about.authors[0] ?? null,
    maintainers: about.maintainers,
    homepage: about.homepage ?? null,
    repository: about.repository ?? null,
    documentation: about.documentation ?? null,
    implementation: about.implementation ?? null,
  }
}

/** What was said of the worker since goes before what its manifest says. */
function deprecationOf({ deprecation }: WorkerRecord, about: WorkerManifest): WorkerDocument['deprecation'] {
  if (deprecation === undefined) return about.deprecation ? { ...about.deprecation, since: null } : null
  const { reason, successor, at } = deprecation
  return {
    message: reason,
    ...(successor === null ? {} : { successor }),
    since: new Date(at).toISOString(),
  }
}

/** Milliseconds since the epoch. */
function lastChange({ recipe, releases, deprecation }: WorkerRecord): number {
  const times = releases.flatMap(({ publishedAt, yankedAt, quarantinedAt }) => [
    publishedAt,
    yankedAt ?? 0,
    quarantinedAt ?? 0,
  ])
  return Math.max(recipe?.updatedAt ?? 0, deprecation?.at ?? 0, ...times)
}
