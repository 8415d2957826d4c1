import { describe, expect, it } from 'vitest'
import { isLicenseExpression, type ManifestInput, manifestSchema, priorityOf } from './manifest.ts'

const MINIMAL = {
  id: 'llm-worker',
  name: 'LLM Worker',
  description: 'Runs language models.',
  license: 'Apache-2.0',
  binary_name: 'llm-worker',
  build: { features: ['cpu', 'cuda'], default_feature: 'cpu' },
  capabilities: {},
  platforms: { linux: ['x86_64'] },
} as const

function issuesOf(change: Record<string, unknown>): string[] {
  const result = manifestSchema.safeParse({ ...MINIMAL, ...change })
  return (result.error?.issues ?? []).map((issue) => issue.path.join('.'))
}

describe('manifestSchema', () => {
  it('fills in what may be left out', () => {
    expect(manifestSchema.parse(MINIMAL as unknown as ManifestInput)).toMatchObject({
      tags: [],
      dependencies: { system: [], runtime: [] },
      requirements: {},
      platforms: { linux: ['x86_64'], macos: [], windows: [] },
      capabilities: { supported_formats: [], supports_streaming: false },
    })
  })

  it.each([
    ['a reserved id', { id: 'cuda' }, 'id'],
    ['an id that looks like an option', { id: '-rf' }, 'id'],
    ['an id with capitals', { id: 'LLM' }, 'id'],
    ['a program that is a path', { binary_name: '../sh' }, 'binary_name'],
    ['a text that reads otherwise than it is', { name: 'safe\u202etxe' }, 'name'],
    ['an unknown licence', { license: 'Free Beer' }, 'license'],
    ['a script address', { homepage: 'javascript:alert(1)' }, 'homepage'],
    ['an address with a user part', { repository: 'https://user:pass@example.com/' }, 'repository'],
    ['no platform', { platforms: {} }, 'platforms'],
    [
      'a default that is no feature',
      { build: { features: ['cpu'], default_feature: 'cuda' } },
      'build.default_feature',
    ],
    ['a variant twice', { build: { features: ['cpu', 'cpu'], default_feature: 'cpu' } }, 'build.features'],
    ['requirements of nothing', { requirements: { rocm: {} } }, 'requirements.rocm'],
    ['an unknown unit', { requirements: { cpu: { memory: '4 GB' } } }, 'requirements.cpu.memory'],
    [
      'an unknown backend without priority',
      { build: { features: ['npu'], default_feature: 'npu' } },
      'requirements.npu.priority',
    ],
    ['an output outside the folder', { build: { ...MINIMAL.build, output: '../../etc' } }, 'build.output'],
    ['an absolute output', { build: { ...MINIMAL.build, output: '/etc' } }, 'build.output'],
  ])('refuses %s', (_what, change, place) => {
    expect(issuesOf(change)).toContain(place)
  })

  it('takes an unknown backend that states its priority', () => {
    expect(
      issuesOf({
        build: { features: ['npu'], default_feature: 'npu' },
        requirements: { npu: { priority: 50 } },
      }),
    ).toEqual([])
  })
})

describe('isLicenseExpression', () => {
  it.each([
    'MIT',
    'MIT OR Apache-2.0',
    'GPL-3.0-or-later',
    'Proprietary',
    'LicenseRef-Acme',
    '(MIT AND BSD-3-Clause)',
  ])('accepts %s', (text) => expect(isLicenseExpression(text)).toBe(true))
  it.each(['', 'GPL', 'MIT or Apache', 'Proprietary OR', '()'])('refuses %j', (text) =>
    expect(isLicenseExpression(text)).toBe(false),
  )
})

describe('priorityOf', () => {
  it('is what the manifest states, else the default of the backend', () => {
    const requirements = { cpu: { priority: 99 } } as never
    expect(priorityOf({ requirements }, 'cpu')).toBe(99)
    expect(priorityOf({ requirements }, 'cuda-12')).toBe(40)
  })
})
