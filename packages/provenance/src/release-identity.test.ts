import { aDigest, aManifest, anArchive, anArtifact, aReleaseInput, aSha256 } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { releaseIdentity } from './release-identity.ts'

const manifest = aManifest({
  build: { features: ['cpu', 'cuda'], default_feature: 'cpu' },
})
const cpu = anArtifact()
const cuda = anArtifact({ variant: 'cuda', digest: aDigest(7) })
const identity = releaseIdentity(aReleaseInput({ manifest, artifacts: [cpu, cuda] }))

describe('releaseIdentity', () => {
  it('is the same for other compressions of the same tars, in another order', () => {
    const packedAnew = { ...cpu, archives: [anArchive({ format: 'tar.gz', sha256: aSha256(99) })] }
    expect(releaseIdentity(aReleaseInput({ manifest, artifacts: [cuda, packedAnew] }))).toBe(identity)
  })

  it('is the same with another README', () => {
    const described = aReleaseInput({ manifest, artifacts: [cpu, cuda], readme: '# New', changelog: 'New' })
    expect(releaseIdentity(described)).toBe(identity)
  })

  it.each([
    ['tar', { manifest, artifacts: [cpu, { ...cuda, digest: aDigest(8) }] }],
    ['artifact', { manifest, artifacts: [cpu] }],
    ['version', { manifest, artifacts: [cpu, cuda], version: '1.0.1' }],
    ['manifest', { manifest: { ...manifest, license: 'MIT' }, artifacts: [cpu, cuda] }],
    [
      'assignment of tars',
      {
        manifest,
        artifacts: [
          { ...cpu, digest: cuda.digest },
          { ...cuda, digest: cpu.digest },
        ],
      },
    ],
  ])('differs with another %s', (_what, input) => {
    expect(releaseIdentity(aReleaseInput(input))).not.toBe(identity)
  })
})
