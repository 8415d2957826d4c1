import {
  type ManifestInput,
  type ReleaseDocument,
  releaseDocumentSchema,
  type VariantName,
  variantNameSchema,
  type WorkerDocument,
  type WorkerManifest,
  workerDocumentSchema,
} from '@rbee/schema'
import { aManifest, aSha256 } from '@rbee/testing'
import type { z } from 'zod'
import type { PackageFileInput } from './package-file.ts'

const ORIGIN = 'https://catalog.example'
const MONOREPO = {
  url: 'https://git.example/rbee/workers.git',
  commit: 'c0ffee'.padEnd(40, '0'),
  branch: 'main',
  path: 'workers/llm-worker',
}

/** What tells a sample from the usual one. */
export interface SampleSettings {
  readonly manifest?: Partial<ManifestInput>
  readonly version?: string
  /** Platforms of the binaries that each variant has. */
  readonly artifacts?: Readonly<Record<string, readonly string[]>>
  readonly git?: z.input<typeof releaseDocumentSchema>['git']
  /** Whether variants share the worker's id, as in the folder layout. */
  readonly finalIds?: boolean
}

/** The documents of a worker as a server answers them. */
export function aPackageInput(
  settings: SampleSettings = {},
  options: { readonly variant?: string; readonly origin?: string; readonly name?: string } = {},
): PackageFileInput {
  const { worker, release } = documentsOf(settings)
  const variant: VariantName | null =
    options.variant === undefined ? null : variantNameSchema.parse(options.variant)
  const name = options.name === undefined ? {} : { name: options.name }
  return { worker, release, variant, origin: options.origin ?? ORIGIN, ...name }
}

function documentsOf(settings: SampleSettings): { worker: WorkerDocument; release: ReleaseDocument } {
  const manifest = aManifest({
    id: 'llm-worker',
    name: 'LLM worker',
    build: { features: ['cpu', 'cuda', 'metal'], default_feature: 'cpu', system: 'cargo' },
    platforms: { linux: ['x86_64', 'aarch64'], macos: ['aarch64'] },
    homepage: 'https://llm.example',
    ...settings.manifest,
  })
  const shared = sharedFields(manifest, settings)
  return { worker: workerOf(manifest, shared), release: releaseOf(manifest, shared) }
}

/** What both documents say. */
function sharedFields(manifest: WorkerManifest, settings: SampleSettings) {
  const git = settings.git === undefined ? MONOREPO : settings.git
  const variants = variantsOf(manifest, settings)
  const { linux, macos, windows } = manifest.platforms
  return {
    name: manifest.name,
    version: settings.version ?? '1.2.0',
    published_at: '2026-01-01T00:00:00.000Z',
    source: 'official',
    distribution: {
      type: 'hybrid',
      source_available: git !== null,
      binary_available: variants.some(({ artifacts }) => artifacts.length > 0),
      requires_license: manifest.pricing !== undefined && manifest.pricing.model !== 'free',
    },
    license: manifest.license,
    binary_name: manifest.binary_name,
    default_variant: manifest.build.default_feature,
    platforms: [
      ...linux.map((arch) => ({ os: 'linux', arch })),
      ...macos.map((arch) => ({ os: 'macos', arch })),
      ...windows.map((arch) => ({ os: 'windows', arch })),
    ],
    variants,
    binary_sources: [],
    dependencies: manifest.dependencies,
    capabilities: manifest.capabilities,
    git,
  }
}

function variantsOf(manifest: WorkerManifest, { finalIds, artifacts }: SampleSettings) {
  return manifest.build.features.map((name, index) => ({
    name,
    id: finalIds === true ? manifest.id : `${manifest.id}-${name}`,
    backend: name.split('-')[0],
    priority: 10,
    requirements: {},
    artifacts: (artifacts?.[name] ?? []).map((platform, place) =>
      artifact(platform, 100 * (index + 1) + 10 * place),
    ),
  }))
}

type SharedFields = ReturnType<typeof sharedFields>

function releaseOf(manifest: WorkerManifest, shared: SharedFields): ReleaseDocument {
  return releaseDocumentSchema.parse({
    ...shared,
    worker: manifest.id,
    prerelease: shared.version.includes('-'),
    yanked: null,
    quarantined: null,
    selftest: manifest.selftest ?? null,
    run: manifest.run ?? null,
  })
}

function workerOf(manifest: WorkerManifest, shared: SharedFields): WorkerDocument {
  return workerDocumentSchema.parse({
    ...shared,
    id: manifest.id,
    description: manifest.description,
    tags: manifest.tags,
    pricing: manifest.pricing ?? null,
    deprecated: false,
    url: `/v1/workers/${manifest.id}`,
    versions_url: `/v1/workers/${manifest.id}/versions`,
    pkgbuild_url: null,
    updated_at: '2026-01-01T00:00:00.000Z',
    authors: manifest.authors,
    author: manifest.authors[0] ?? null,
    maintainers: manifest.maintainers,
    homepage: manifest.homepage ?? null,
    repository: manifest.repository ?? null,
    documentation: manifest.documentation ?? null,
    implementation: manifest.implementation ?? null,
    features: manifest.build.features,
    build: manifest.build,
    screenshots: manifest.screenshots,
    deprecation: null,
    readme_url: null,
    release_url: `/v1/workers/${manifest.id}/${shared.version}`,
    aliases: [],
  })
}

/** @param number tells the archive's digests apart from others. */
function artifact(platform: string, number: number) {
  return {
    platform,
    digest: `sha256:${aSha256(number)}`,
    unpacked_size: 4000,
    archives: [archive('tar.zst', number + 1), archive('tar.gz', number + 2)],
  }
}

function archive(format: string, number: number) {
  return {
    format,
    size: 1000,
    checksum: `sha256:${aSha256(number)}`,
    download_url: `/v1/blobs/sha256/${aSha256(number)}`,
  }
}

/** What none of the languages may take for its own, on several lines, with letters that turn the writing direction. */
export const HOSTILE_TEXT =
  '"double" \'single\' `touch x` $(touch x) ${HOME} $HOME #{system("touch x")} #$x #@x \\ \\n [[ a ]] {b,c} (d) * ? ~ ! & | ; < > % = , # é 漢 🦀 \u202Eabc\nsecond line\r\nthird\ttab\u0007'

/** The input with that text in every place that takes any. */
export function hostile(input: PackageFileInput): PackageFileInput {
  const { worker, release } = input
  return {
    ...input,
    worker: {
      ...worker,
      name: HOSTILE_TEXT,
      description: HOSTILE_TEXT,
      homepage: HOSTILE_TEXT,
      build: {
        ...worker.build,
        command: ['make', HOSTILE_TEXT],
        output: `out {variant} {platform} ${HOSTILE_TEXT}`,
      },
      git: worker.git && { ...worker.git, path: HOSTILE_TEXT },
    },
    release: {
      ...release,
      license: HOSTILE_TEXT,
      dependencies: {
        system: [HOSTILE_TEXT, 'libgomp.so.1', 'ffmpeg', 'some-tool'],
        runtime: [HOSTILE_TEXT],
      },
      git: release.git && { ...release.git, path: HOSTILE_TEXT },
      selftest: { command: [`bin/${release.binary_name}`, HOSTILE_TEXT], timeout_seconds: 30 },
    },
  }
}
