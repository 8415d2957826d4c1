import { workerDocumentSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { installWays } from './install-ways.ts'

const REGISTRY = 'https://registry.example'
const worker = (changes: object = {}) => ({
  id: 'echo-worker',
  version: '1.0.0',
  binary_name: 'echo-worker',
  default_variant: 'cpu',
  pkgbuild_url: '/v1/workers/echo-worker/pkgbuild',
  platforms: [{ os: 'linux' as const, arch: 'x86_64' as const }],
  distribution: {
    type: 'hybrid' as const,
    source_available: true,
    binary_available: true,
    requires_license: false,
  },
  variants: [variant(['linux-x86_64'])],
  ...changes,
})
const variant = (platforms: readonly string[]) => ({
  name: 'cpu',
  id: 'echo-worker-cpu',
  backend: 'cpu',
  priority: 10,
  requirements: {},
  artifacts: platforms.map((platform) => ({
    platform,
    digest: `sha256:${'a'.repeat(64)}`,
    unpacked_size: 1000,
    archives: [
      {
        format: 'tar.gz' as const,
        size: 10,
        checksum: `sha256:${'b'.repeat(64)}`,
        download_url: '/v1/blobs/sha256/b',
      },
    ],
    provenance: null,
    rebuilds: { agree: 0, disagree: 0 },
    patches: [],
  })),
})
const given = workerDocumentSchema.pick({
  ...{ id: true, version: true, binary_name: true, default_variant: true, pkgbuild_url: true },
  ...{ platforms: true, distribution: true, variants: true },
})
const waysOf = (changes: object, tap = true) =>
  installWays(given.parse(worker(changes)), { registry: REGISTRY, tap })

describe('ways to install', () => {
  it('begin with the one for every system, in lines that name the registry', () => {
    const ways = waysOf({})
    expect(ways.map(({ id }) => id)).toEqual(['hive', 'script', 'arch', 'archive'])
    expect(ways[0]?.command).toBe(`rbee-hive install echo-worker --registry ${REGISTRY}`)
    for (const { command } of ways) expect(command).toContain(REGISTRY)
  })

  it('are those that exist', () => {
    expect(waysOf({ pkgbuild_url: null }).map(({ id }) => id)).not.toContain('arch')
    const mac = { platforms: [{ os: 'macos', arch: 'aarch64' }], variants: [variant(['macos-aarch64'])] }
    expect(waysOf(mac).map(({ id }) => id)).toContain('homebrew')
    expect(waysOf(mac, false).map(({ id }) => id)).not.toContain('homebrew')
    expect(waysOf({ ...mac, id: 'a--b' }).map(({ id }) => id)).not.toContain('homebrew')
    const windows = {
      platforms: [{ os: 'windows', arch: 'x86_64' }],
      variants: [variant([])],
      pkgbuild_url: null,
    }
    expect(waysOf(windows).map(({ id }) => id)).toEqual(['hive'])
  })

  it('build a package from source where nothing is built', () => {
    const arch = waysOf({ variants: [variant([])] }).find(({ id }) => id === 'arch')
    expect(arch?.command).toContain(`${REGISTRY}/v1/workers/echo-worker/pkgbuild -o PKGBUILD`)
  })

  it('lead to no archive of what is sold', () => {
    const sold = { distribution: { ...worker().distribution, requires_license: true } }
    expect(waysOf(sold).map(({ id }) => id)).not.toContain('archive')
  })
})
