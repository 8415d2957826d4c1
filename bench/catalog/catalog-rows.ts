import { DatabaseSync } from 'node:sqlite'
import type { Database, RecipeChange, ReleaseRow } from '../../packages/registry/src/index.ts'
import {
  type Artifact,
  artifactSchema,
  type CatalogEntry,
  digestOf,
  manifestSchema,
  versionSchema,
  type WorkerManifest,
} from '../../packages/schema/src/index.ts'
import { aSha256, aWorkerId } from '../../packages/testing/src/index.ts'
import { chance } from './chance.ts'
import { type GeneratedWorker, isBuiltOn } from './generated-worker.ts'

/** Workers whose rows are written in one batch, as many as a sync sends at once. */
const GROUP = 50
const CATALOG = 'https://git.example/generated.git'

/**
 * Writes the rows of workers as syncs and publishers do: each is described in Git, with its earlier versions, and of those
 * that have builds the newest version is published.
 *
 * @returns how many workers and versions there are.
 */
export async function writeCatalogRows(
  database: Pick<Database, 'saveRecipes' | 'insertRelease'>,
  workers: Iterable<GeneratedWorker>,
): Promise<{ workers: number; versions: number }> {
  const counts = { workers: 0, versions: 0 }
  let group: RecipeChange[] = []
  const save = async () => {
    if (group.length > 0) await database.saveRecipes(group)
    group = []
  }
  for (const worker of workers) {
    const change = recipeChange(worker)
    group.push(change)
    if (group.length === GROUP) await save()
    if (worker.built) {
      const release = releaseRow(worker, change.recipe.entry.manifest, counts.workers)
      await database.insertRelease(change.worker, change.names, release)
    }
    counts.workers += 1
    counts.versions += worker.versions.length
  }
  await save()
  return counts
}

/** The registry counts each download by itself, which would be a hundred million of them: these are the sums. */
export function writeDownloads(file: string, workers: Iterable<GeneratedWorker>, now: number): void {
  const database = new DatabaseSync(file)
  try {
    database.exec('BEGIN')
    const insert = database.prepare(
      'INSERT INTO downloads_by_worker (worker, downloads, documented, updated_at) VALUES (?, ?, ?, ?)',
    )
    for (const { id, downloads } of workers) if (downloads > 0) insert.run(id, downloads, downloads, now)
    database.exec('COMMIT')
  } finally {
    database.close()
  }
}

function recipeChange(worker: GeneratedWorker): RecipeChange {
  const id = aWorkerId(worker.id)
  const entry = entryOf(worker)
  const [oldest] = worker.versions.slice(-1)
  const [newest] = worker.versions
  if (oldest === undefined || newest === undefined) throw new Error(`${id} has no version`)
  return {
    worker: { id, source: worker.source, owner: CATALOG, createdAt: oldest.publishedAt },
    names: [{ name: id, worker: id, kind: 'worker', variant: null }],
    recipe: { worker: id, catalog: CATALOG, entry, hash: aSha256(), updatedAt: newest.publishedAt },
  }
}

function entryOf(worker: GeneratedWorker): CatalogEntry {
  const manifest = manifestOf(worker)
  const [newest, ...earlier] = worker.versions.map(({ version, publishedAt }) => ({
    version: versionSchema.parse(version),
    publishedAt,
  }))
  if (newest === undefined) throw new Error(`${worker.id} has no version`)
  return {
    manifest,
    version: newest.version,
    source: worker.source,
    layout: 'folder',
    git: { url: CATALOG, commit: 'a'.repeat(40), branch: 'main', path: worker.id },
    pkgbuild: null,
    pkgbuild_bin: null,
    srcinfo: null,
    readme: worker.readme,
    changelog: null,
    screenshots: [],
    checks: null,
    binary_sources: [],
    earlier: earlier.map(({ version, publishedAt }) => ({
      version,
      manifest,
      commit: 'b'.repeat(40),
      committed_at: publishedAt,
      binary_sources: [],
    })),
  }
}

function manifestOf(worker: GeneratedWorker): WorkerManifest {
  const { id, name, description, license, tags, variants, platforms, price } = worker
  return manifestSchema.parse({
    id,
    name,
    description,
    license,
    tags,
    maintainers: [publisherName(worker.publisher)],
    binary_name: id,
    build: { features: variants, default_feature: variants[0] },
    capabilities: {
      supported_formats: worker.formats,
      supports_streaming: worker.streaming,
      tasks: worker.tasks,
    },
    platforms,
    requirements: requirementsOf(variants, worker.versions.length),
    ...(price === null ? {} : { pricing: { model: 'subscription', price_usd: price, interval: 'month' } }),
    ...(worker.deprecated ? { deprecation: { message: 'Nobody looks after it any more' } } : {}),
  })
}

function publisherName(publisher: number): string {
  return `publisher-${publisher}`
}

/** As different as people write them: round sizes, and versions that were current when they wrote. */
function requirementsOf(variants: readonly string[], kind: number): WorkerManifest['requirements'] {
  const size = `${2 ** (1 + (kind % 5))} GiB`
  const stated = variants.map((variant): [string, object] => {
    switch (variant) {
      case 'cuda':
        return [variant, { vram: size, cuda_version: kind % 2 === 0 ? '>=12.0' : '>=11.8' }]
      case 'rocm':
        return [variant, { vram: size, gfx_targets: ['gfx1030', 'gfx1100'] }]
      case 'vulkan':
        return [variant, { vram: size, vulkan_version: '>=1.2' }]
      case 'cpu':
      case 'metal':
        return [variant, { memory: size }]
      default:
        // Backends that the registry has no order for need one.
        return [variant, { memory: size, priority: 15 }]
    }
  })
  return Object.fromEntries(stated)
}

function releaseRow(worker: GeneratedWorker, manifest: WorkerManifest, index: number): ReleaseRow {
  const [newest] = worker.versions
  if (newest === undefined) throw new Error(`${worker.id} has no version`)
  const artifacts = artifactsOf(worker, index)
  return {
    worker: manifest.id,
    version: versionSchema.parse(newest.version),
    input: {
      manifest,
      version: versionSchema.parse(newest.version),
      artifacts,
      readme: null,
      changelog: null,
    },
    identity: aSha256(index + 1),
    publishedAt: newest.publishedAt,
    publishedBy: publisherName(worker.publisher),
    publisher: { kind: 'token' },
    yanked: null,
    yankedAt: null,
    quarantined: null,
    quarantinedAt: null,
    securityFix: null,
  }
}

/** Builds of every variant that makes sense on a platform; their bytes are nowhere. */
function artifactsOf({ variants, platforms }: GeneratedWorker, index: number): Artifact[] {
  const random = chance(index)
  const targets = Object.entries(platforms).flatMap(([os, architectures]) =>
    architectures.map((arch) => ({ os, platform: `${os}-${arch}` })),
  )
  const builds = targets.flatMap(({ os, platform }) =>
    variants.filter((variant) => isBuiltOn(variant, os)).map((variant) => ({ platform, variant })),
  )
  return builds.map(({ platform, variant }, place) => {
    const number = index * 64 + place + 1
    const size = Math.floor(random.logNormal(20_000_000, 1))
    return artifactSchema.parse({
      platform,
      variant,
      digest: digestOf(aSha256(number)),
      unpacked_size: 3 * size,
      archives: [{ format: 'tar.zst', sha256: aSha256(number), size }],
    })
  })
}
