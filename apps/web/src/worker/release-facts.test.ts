import { releaseDocumentSchema } from '@rbee/schema'
import { expect, it } from 'vitest'
import { factChanges } from './release-facts.ts'

const release = (changes: object = {}) =>
  releaseDocumentSchema.parse({
    worker: 'echo-worker',
    name: 'Echo',
    version: '1.0.0',
    published_at: '2026-01-01T00:00:00.000Z',
    prerelease: false,
    yanked: null,
    quarantined: null,
    source: 'community',
    distribution: {
      type: 'binary',
      source_available: false,
      binary_available: true,
      requires_license: false,
    },
    license: 'MIT',
    binary_name: 'echo-worker',
    default_variant: 'cpu',
    platforms: [{ os: 'linux', arch: 'x86_64' }],
    variants: [variant('cpu', { memory: '1 GiB' })],
    binary_sources: [],
    dependencies: { system: [], runtime: [] },
    capabilities: {},
    selftest: null,
    run: null,
    ...changes,
  })
const variant = (name: string, requirements: object) => ({
  name,
  id: `echo-worker-${name}`,
  backend: name,
  priority: 10,
  requirements,
  artifacts: [],
})

it('names what a release has that the other has not, and what they say differently', () => {
  const changed = release({
    license: 'Apache-2.0',
    variants: [variant('cpu', { memory: '2 GiB' }), variant('cuda', { vram: '4 GiB' })],
  })
  expect(factChanges(release(), changed)).toEqual([
    {
      title: 'Manifest',
      changes: [
        { name: 'Licence', from: 'MIT', to: 'Apache-2.0' },
        { name: 'Variants', from: 'cpu', to: 'cpu, cuda' },
      ],
    },
    {
      title: 'Requirements',
      changes: [
        { name: 'cpu', from: '1 GiB of memory', to: '2 GiB of memory' },
        { name: 'cuda', from: null, to: '4 GiB of GPU memory' },
      ],
    },
    { title: 'Builds', changes: [] },
  ])
})

it('finds no difference between a release and itself', () => {
  expect(factChanges(release(), release()).every(({ changes }) => changes.length === 0)).toBe(true)
})
