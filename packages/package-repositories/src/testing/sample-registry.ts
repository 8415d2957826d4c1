import {
  type ArchiveDocument,
  isPrerelease,
  type Platform,
  platformParts,
  RbeeError,
  type ReleaseDocument,
  releaseDocumentSchema,
  type VersionsDocument,
  versionSchema,
  versionsDocumentSchema,
  type WorkerDocument,
  workerDocumentSchema,
} from '@rbee/schema'
import { type PackedArchive, packedArchive } from '@rbee/testing'
import type { RegistrySource } from '../offers/registry-source.ts'

/** A worker as a test wants it; everything else is ordinary. */
export interface SampleWorker {
  readonly id: string
  readonly version?: string
  readonly description?: string
  readonly license?: string
  readonly program?: string
  readonly variants?: readonly string[]
  /** Ids of the variants where they are not `id-variant`. */
  readonly address?: (variant: string) => string
  readonly platforms?: readonly Platform[]
  readonly files?: Readonly<Record<string, string | Uint8Array>>
  readonly systemDependencies?: readonly string[]
  readonly requiresLicense?: boolean
  /** What is true of releases besides their contents. */
  readonly publishedAt?: string
  readonly yanked?: string
  readonly quarantined?: string
}

/** A registry in memory that answers documents as a server does, true or not, and counts what is fetched. */
export interface SampleRegistry extends RegistrySource {
  /** Adds a release, in front of those that are there. */
  publish(worker: SampleWorker): Promise<void>
  /** Changes what is said of the newest release. */
  revise(id: string, change: (release: ReleaseDocument, worker: WorkerDocument) => void): void
  remove(id: string): void
  /** Bytes by their SHA-256, to be damaged or deleted. */
  readonly archives: Map<string, Uint8Array>
  readonly fetched: string[]
}

const SCRIPT = (id: string, version: string) => `#!/bin/sh\necho "${id} ${version} $*"\n`

export function sampleRegistry(url = 'https://registry.example'): SampleRegistry {
  const workers = new Map<string, { worker: WorkerDocument; releases: ReleaseDocument[] }>()
  const archives = new Map<string, Uint8Array>()
  const fetched: string[] = []
  const requireWorker = (id: string) => {
    const found = workers.get(id)
    const newest = found?.releases[0]
    if (!found || !newest) throw new Error(`there is no ${id}`)
    return { ...found, newest }
  }
  return {
    url,
    archives,
    fetched,
    async publish(sample) {
      const version = sample.version ?? '0.1.0'
      const program = sample.program ?? sample.id
      const files = {
        [`bin/${program}`]: SCRIPT(sample.id, version),
        LICENSE: 'Permission is granted\n',
        ...sample.files,
      }
      const packed = [await packedArchive(files, 'tar.zst'), await packedArchive(files, 'tar.gz')]
      for (const { sha256, bytes } of packed) archives.set(sha256, bytes)
      const release = releaseOf(sample, packed)
      const earlier = workers.get(sample.id)?.releases ?? []
      const releases = [release, ...earlier.filter((one) => one.version !== version)]
      workers.set(sample.id, { worker: workerOf(sample, release), releases })
    },
    revise(id, change) {
      const { worker, newest } = requireWorker(id)
      change(newest, worker)
    },
    remove: (id) => void workers.delete(id),
    async *workerPages() {
      const ids = [...workers.values()].map(({ worker }) => worker.id).toSorted()
      for (let start = 0; start < ids.length; start += 2) {
        yield { ids: ids.slice(start, start + 2), total: ids.length }
      }
    },
    worker: async (id) => workers.get(id)?.worker ?? null,
    release: async (id, version) =>
      workers.get(id)?.releases.find((release) => release.version === version) ?? null,
    versions: async (id) => versionsOf(workers.get(id)?.releases ?? []),
    async *archive({ checksum, download_url }) {
      fetched.push(download_url)
      const bytes = archives.get(checksum.slice('sha256:'.length))
      if (bytes === undefined) throw new RbeeError('blob_not_found', `there is no ${checksum}`)
      yield bytes
    },
  }
}

function releaseOf(sample: SampleWorker, packed: readonly PackedArchive[]): ReleaseDocument {
  const { id, version = '0.1.0', variants = ['cpu'], platforms = ['linux-x86_64'] } = sample
  const address = sample.address ?? ((variant) => `${id}-${variant}`)
  const archives = packed.map(
    ({ format, size, sha256 }): ArchiveDocument => ({
      format,
      size,
      checksum: `sha256:${sha256}` as ArchiveDocument['checksum'],
      download_url: `/v1/blobs/sha256/${sha256}`,
    }),
  )
  const artifacts = platforms.map((platform) => ({
    platform,
    digest: packed[0]?.digest,
    unpacked_size: packed[0]?.unpackedSize,
    archives,
  }))
  return releaseDocumentSchema.parse({
    worker: id,
    name: 'Echo',
    version,
    published_at: sample.publishedAt ?? '2026-01-02T03:04:05.678Z',
    prerelease: isPrerelease(versionSchema.parse(version)),
    yanked: sample.yanked ?? null,
    quarantined: sample.quarantined ?? null,
    source: 'community',
    distribution: distributionOf(sample),
    license: sample.license ?? 'MIT',
    binary_name: sample.program ?? id,
    default_variant: variants[0],
    platforms: platforms.map(platformParts),
    variants: variants.map((name) => ({
      name,
      id: address(name),
      backend: name,
      priority: 10,
      requirements: {},
      artifacts,
    })),
    binary_sources: [],
    dependencies: { system: sample.systemDependencies ?? [], runtime: [] },
    capabilities: {},
    selftest: null,
    run: null,
  })
}

function workerOf(sample: SampleWorker, release: ReleaseDocument): WorkerDocument {
  const { version, name, source, license, platforms, variants, binary_name, default_variant } = release
  return workerDocumentSchema.parse({
    ...{ id: sample.id, version, name, source, license, platforms, variants, binary_name, default_variant },
    description: sample.description ?? 'Says it again',
    tags: [],
    distribution: distributionOf(sample),
    capabilities: {},
    pricing: null,
    deprecated: false,
    url: `/v1/workers/${sample.id}`,
    versions_url: `/v1/workers/${sample.id}/versions`,
    pkgbuild_url: null,
    updated_at: release.published_at,
    authors: [],
    author: null,
    maintainers: [],
    homepage: 'https://echo.example',
    repository: null,
    documentation: null,
    implementation: null,
    features: variants.map((variant) => variant.name),
    dependencies: release.dependencies,
    build: { features: variants.map((variant) => variant.name), default_feature: default_variant },
    screenshots: [],
    deprecation: null,
    git: null,
    binary_sources: [],
    readme_url: null,
    release_url: `/v1/workers/${sample.id}/${version}`,
    aliases: [],
    published_at: release.published_at,
  })
}

function distributionOf({ requiresLicense = false }: SampleWorker) {
  return {
    type: 'binary',
    source_available: false,
    binary_available: true,
    requires_license: requiresLicense,
  }
}

function versionsOf(releases: readonly ReleaseDocument[]): VersionsDocument | null {
  const [newest] = releases
  if (newest === undefined) return null
  return versionsDocumentSchema.parse({
    worker: newest.worker,
    latest: newest.version,
    versions: releases.map(({ version }) => version),
    releases: releases.map(({ version, published_at, prerelease, yanked, quarantined, ...release }) => ({
      ...{ version, published_at, prerelease, yanked, quarantined },
      distribution: release.distribution,
      platforms: release.variants.flatMap(({ artifacts }) => artifacts.map(({ platform }) => platform)),
      url: `/v1/workers/${release.worker}/${version}`,
    })),
  })
}
