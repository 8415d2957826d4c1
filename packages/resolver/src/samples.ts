import {
  backendOf,
  DEFAULT_PRIORITY,
  type Gpu,
  gpuSchema,
  type HostProfile,
  hostProfileSchema,
  type Platform,
  type ReleaseDocument,
  type Requirements,
  releaseDocumentSchema,
} from '@rbee/schema'

// Releases and hosts for the tests of this package: the smallest that the schemas accept, changed where a test needs it.

export interface SampleVariant extends Requirements {
  /** By default linux-x86_64 alone. */
  readonly platforms?: readonly Platform[]
}

export const GIB = 2 ** 30
const LINUX_X86_64: readonly Platform[] = ['linux-x86_64']

/** A release with these variants, in this order. */
export function aRelease(
  variants: Readonly<Record<string, SampleVariant>>,
  overrides: Partial<ReleaseDocument> = {},
): ReleaseDocument {
  const documents = Object.entries(variants).map(([name, { platforms = LINUX_X86_64, ...requirements }]) => ({
    name,
    id: `llm-worker-${name}`,
    backend: backendOf(name),
    priority: requirements.priority ?? DEFAULT_PRIORITY.get(backendOf(name)) ?? 0,
    requirements,
    artifacts: platforms.map((platform) => anArtifact(name, platform)),
  }))
  return releaseDocumentSchema.parse({
    worker: 'llm-worker',
    name: 'LLM worker',
    version: '0.1.0',
    published_at: '2026-01-01T00:00:00Z',
    prerelease: false,
    yanked: null,
    quarantined: null,
    source: 'official',
    distribution: {
      type: 'hybrid',
      source_available: true,
      binary_available: true,
      requires_license: false,
    },
    license: 'Apache-2.0',
    binary_name: 'llm-worker',
    default_variant: 'cpu',
    platforms: [
      { os: 'linux', arch: 'x86_64' },
      { os: 'linux', arch: 'aarch64' },
      { os: 'macos', arch: 'aarch64' },
    ],
    variants: documents,
    binary_sources: [],
    dependencies: {},
    capabilities: {},
    selftest: null,
    run: null,
    ...overrides,
  })
}

function anArtifact(variant: string, platform: Platform) {
  const digest = `sha256:${'d'.repeat(64)}`
  return {
    platform,
    digest,
    unpacked_size: 4000,
    archives: ['tar.gz', 'tar.zst'].map((format) => ({
      format,
      size: format === 'tar.gz' ? 1100 : 1000,
      checksum: `sha256:${(format === 'tar.gz' ? 'a' : 'b').repeat(64)}`,
      download_url: `/v1/blobs/${variant}-${platform}.${format}`,
    })),
  }
}

/** A Linux machine without GPU. */
export function aHost(overrides: Partial<HostProfile> = {}): HostProfile {
  return hostProfileSchema.parse({
    os: 'linux',
    arch: 'x86_64',
    libc: { name: 'glibc', version: '2.36' },
    cpu: { model: 'Test CPU', cores: 8, features: ['sse4_2', 'avx', 'avx2'] },
    memory_bytes: 32 * GIB,
    disk_free_bytes: 100 * GIB,
    container: null,
    wsl: null,
    gpus: [],
    ...overrides,
  })
}

/** A usable card of NVIDIA. */
export function anNvidiaGpu(overrides: Partial<Gpu> = {}): Gpu {
  return gpuSchema.parse({
    vendor: 'nvidia',
    name: 'NVIDIA GeForce RTX 4090',
    vram_bytes: 24 * GIB,
    unified_memory: false,
    driver_version: '550.54.14',
    cuda_version: '12.4',
    compute_capability: '8.9',
    vulkan_version: '1.3.277',
    usable: true,
    ...overrides,
  })
}

/** A usable card of AMD. */
export function anAmdGpu(overrides: Partial<Gpu> = {}): Gpu {
  return gpuSchema.parse({
    vendor: 'amd',
    name: 'AMD Radeon RX 7900 XTX',
    vram_bytes: 24 * GIB,
    unified_memory: false,
    driver_version: '6.10.5',
    gfx_target: 'gfx1100',
    vulkan_version: '1.3.274',
    usable: true,
    ...overrides,
  })
}
