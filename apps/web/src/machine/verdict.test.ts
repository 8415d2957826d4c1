import {
  type HostProfile,
  hostProfileSchema,
  type ReleaseDocument,
  releaseDocumentSchema,
} from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { verdictOn } from './verdict.ts'

const DIGEST = `sha256:${'a'.repeat(64)}`

function aRelease(requirements: Readonly<Record<string, object>>, hasBuilds = true): ReleaseDocument {
  const variants = Object.entries(requirements).map(([name, needs], index) => ({
    name,
    id: `a-worker-${name}`,
    backend: name,
    priority: 50 - index,
    requirements: needs,
    artifacts: hasBuilds
      ? [
          {
            platform: 'linux-x86_64',
            digest: DIGEST,
            unpacked_size: 2,
            archives: [{ format: 'tar.gz', size: 1, checksum: DIGEST, download_url: '/x' }],
          },
        ]
      : [],
  }))
  return releaseDocumentSchema.parse({
    ...{ worker: 'a-worker', name: 'A worker', version: '1.0.0', published_at: '', prerelease: false },
    ...{ yanked: null, quarantined: null, source: 'community', license: 'MIT', binary_name: 'a-worker' },
    distribution: {
      type: hasBuilds ? 'binary' : 'source',
      source_available: !hasBuilds,
      binary_available: hasBuilds,
      requires_license: false,
    },
    ...{ default_variant: 'cpu', platforms: [{ os: 'linux', arch: 'x86_64' }], variants },
    ...{ binary_sources: [], dependencies: {}, capabilities: {}, selftest: null, run: null },
  })
}

function aProfile(facts: Partial<HostProfile> = {}): HostProfile {
  return hostProfileSchema.parse({ os: 'linux', arch: 'x86_64', cpu: {}, gpus: [], ...facts })
}

const on = (release: ReleaseDocument, profile: HostProfile, isPartial = false) =>
  verdictOn(release, profile, 'http://localhost', { isPartial })

describe('what is said of a worker on a machine', () => {
  it('is what the resolver chooses', () => {
    expect(on(aRelease({ cuda: {}, cpu: {} }), aProfile())).toMatchObject({
      ...{ runs: 'yes', headline: 'Runs on this machine', variant: 'cpu' },
    })
  })

  it('is that it can be built where there is nothing but source', () => {
    expect(on(aRelease({ cpu: {} }, false), aProfile()).headline).toBe('Can be built on this machine')
  })

  it('is no for another system, and for a GPU that is not there', () => {
    expect(on(aRelease({ cpu: {} }), aProfile({ os: 'windows' })).runs).toBe('no')
    const verdict = on(aRelease({ cuda: {} }), aProfile())
    expect(verdict).toMatchObject({ runs: 'no', reason: expect.stringContaining('this host has none') })
  })

  it('is open where the profile does not hold what decides', () => {
    const release = aRelease({ cpu: { memory: '2 GiB' } })
    expect(on(release, aProfile()).runs).toBe('unknown')
    expect(on(release, aProfile({ memory_bytes: 1 })).runs).toBe('no')
  })

  it('is open for GPUs that a browser does not tell of', () => {
    expect(on(aRelease({ cuda: {} }), aProfile(), true).runs).toBe('unknown')
    expect(on(aRelease({ cpu: {} }), aProfile({ os: 'windows' }), true).runs).toBe('no')
  })
})
