import { manifestSchema, type Platform, type VariantName, variantNameSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import type { ArtifactOption } from './artifact-option.ts'
import { chooseTargets, platformsWithout, type TargetRequest, targetName } from './targets.ts'

const variant = (name: string): VariantName => variantNameSchema.parse(name)
const manifest = manifestSchema.parse({
  id: 'echo-worker',
  name: 'Echo',
  description: 'Echoes',
  license: 'MIT',
  binary_name: 'echo-worker',
  build: { features: ['cpu', 'cuda'], default_feature: 'cpu' },
  capabilities: {},
  platforms: { linux: ['x86_64', 'aarch64'] },
})
const given = (platform: Platform, name: string | null = null): ArtifactOption => ({
  platform,
  variant: name === null ? null : variant(name),
  path: 'dist',
})
const choose = (more: Partial<TargetRequest>) =>
  chooseTargets({ manifest, host: 'linux-x86_64', artifacts: [], variants: [], cwd: '/callers', ...more })
const names = (more: Partial<TargetRequest>) =>
  choose(more).map((target) => `${target.origin} ${targetName(target)}`)

describe('what a release will hold', () => {
  it('is the default variant, built here, unless something else is said', () => {
    expect(names({})).toEqual(['build linux-x86_64/cpu'])
  })

  it('is the variants that were asked for', () => {
    expect(names({ variants: [variant('cpu'), variant('cuda')] })).toEqual([
      'build linux-x86_64/cpu',
      'build linux-x86_64/cuda',
    ])
  })

  it('is what was given, of the default variant where none is named, and nothing is built', () => {
    expect(choose({ artifacts: [given('linux-aarch64'), given('linux-x86_64', 'cuda')] })).toEqual([
      { origin: 'given', platform: 'linux-aarch64', variant: 'cpu', path: '/callers/dist' },
      { origin: 'given', platform: 'linux-x86_64', variant: 'cuda', path: '/callers/dist' },
    ])
  })

  it('is both when both are asked for', () => {
    expect(names({ artifacts: [given('linux-aarch64')], variants: [variant('cpu')] })).toEqual([
      'given linux-aarch64/cpu',
      'build linux-x86_64/cpu',
    ])
  })
})

it.each<[string, Partial<TargetRequest>, string]>([
  ['a platform that the manifest lacks', { artifacts: [given('windows-x86_64')] }, 'invalid_platform'],
  ['a variant that the manifest lacks', { artifacts: [given('linux-x86_64', 'rocm')] }, 'usage'],
  ['a build on a machine that the manifest lacks', { host: 'macos-aarch64' }, 'invalid_platform'],
  ['a build on an unknown machine', { host: null }, 'invalid_platform'],
  ['the same artifact twice', { artifacts: [given('linux-x86_64'), given('linux-x86_64', 'cpu')] }, 'usage'],
  [
    'an artifact both given and built',
    { artifacts: [given('linux-x86_64')], variants: [variant('cpu')] },
    'usage',
  ],
])('refuses %s', (_, request, code) => {
  expect(() => choose(request)).toThrow(expect.objectContaining({ code }))
})

it('names the platforms that stay without an artifact', () => {
  expect(platformsWithout(manifest, choose({}))).toEqual(['linux-aarch64'])
})
