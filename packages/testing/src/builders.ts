import {
  type Archive,
  type Artifact,
  archiveSchema,
  artifactSchema,
  type CatalogEntry,
  catalogEntrySchema,
  digestSchema,
  type ManifestInput,
  manifestSchema,
  type ReleaseInput,
  releaseInputSchema,
  type Sha256,
  sha256Schema,
  type UploadInput,
  uploadInputSchema,
  type Version,
  versionSchema,
  type WorkerId,
  type WorkerManifest,
  workerIdSchema,
} from '@rbee/schema'
import type { z } from 'zod'

// Each builder gives the smallest value that its schema accepts; overrides replace whole fields and are checked too.

export const aWorkerId = (text = 'echo-worker'): WorkerId => workerIdSchema.parse(text)
export const aVersion = (text = '1.0.0'): Version => versionSchema.parse(text)
/** A digest that is told apart by a number and belongs to no known bytes. */
export const aSha256 = (number = 1): Sha256 => sha256Schema.parse(number.toString(16).padStart(64, '0'))
export const aDigest = (number = 1) => digestSchema.parse(`sha256:${aSha256(number)}`)

export function aManifest(overrides: Partial<ManifestInput> = {}): WorkerManifest {
  const id = overrides.id ?? 'echo-worker'
  return manifestSchema.parse({
    id,
    name: 'Echo worker',
    description: 'Says what it is told',
    license: 'Apache-2.0',
    binary_name: id,
    build: { features: ['cpu'], default_feature: 'cpu' },
    capabilities: { supported_formats: ['gguf'], supports_streaming: true },
    platforms: { linux: ['x86_64'] },
    ...overrides,
  })
}

export function aCatalogEntry(overrides: Partial<z.input<typeof catalogEntrySchema>> = {}): CatalogEntry {
  return catalogEntrySchema.parse({
    manifest: aManifest(),
    version: '1.0.0',
    source: 'official',
    layout: 'monorepo',
    git: {
      url: 'https://git.example/workers.git',
      commit: 'a'.repeat(40),
      branch: 'main',
      path: 'echo-worker',
    },
    pkgbuild: null,
    pkgbuild_bin: null,
    readme: '# Echo worker\n',
    changelog: null,
    ...overrides,
  })
}

export function anArchive(overrides: Partial<z.input<typeof archiveSchema>> = {}): Archive {
  return archiveSchema.parse({ format: 'tar.zst', sha256: aSha256(), size: 1000, ...overrides })
}

export function anArtifact(overrides: Partial<z.input<typeof artifactSchema>> = {}): Artifact {
  return artifactSchema.parse({
    platform: 'linux-x86_64',
    variant: 'cpu',
    digest: aDigest(100),
    unpacked_size: 4000,
    archives: [anArchive(), anArchive({ format: 'tar.gz', sha256: aSha256(2), size: 1100 })],
    ...overrides,
  })
}

export function aReleaseInput(overrides: Partial<z.input<typeof releaseInputSchema>> = {}): ReleaseInput {
  return releaseInputSchema.parse({
    manifest: aManifest(),
    version: '1.0.0',
    artifacts: [anArtifact()],
    ...overrides,
  })
}

export function anUploadInput(overrides: Partial<z.input<typeof uploadInputSchema>> = {}): UploadInput {
  return uploadInputSchema.parse({ ...anArchive(), digest: aDigest(100), ...overrides })
}
