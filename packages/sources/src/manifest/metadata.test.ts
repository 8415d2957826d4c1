import { manifestSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FolderFindings } from '../findings.ts'
import { type ManifestSurroundings, readManifest } from './read.ts'

const BRANCH: ManifestSurroundings = { layout: 'branch', buildSystem: null, platforms: null }

/** The example of the architecture document, with what requirements and starting add. */
const FULL = {
  $schema: 'https://example.com/metadata.schema.json',
  id: 'llm-worker-cuda',
  name: 'LLM Worker (CUDA)',
  description: 'Completes texts',
  version: '0.1.0',
  license: 'GPL-3.0-or-later',
  author: 'Ada Example',
  homepage: 'https://example.com',
  distribution: { type: 'hybrid', source_available: true, binary_available: true, requires_license: false },
  platforms: [
    { os: 'linux', arch: 'x86_64', binary_size: '45MB', checksum: `sha256:${'a'.repeat(64)}` },
    { os: 'windows', arch: 'x86_64', binary_size: 47_185_920 },
  ],
  dependencies: { system: ['libgomp.so.1'], runtime: ['CUDA 12'] },
  features: ['cuda', 'cpu-avx512', 'npu', 'Text Generation', 'streaming'],
  tags: ['llm'],
  pricing: { model: 'subscription', price_usd: 9.5, interval: 'month', trial_days: 14, purchase_url: null },
  requirements: { cuda: { cuda_version: '>=12.0', vram: '6 GiB' }, npu: { priority: 50 } },
  selftest: { command: ['bin/llm-worker', '--self-test'], timeout_seconds: 30 },
  run: { command: ['bin/llm-worker'], port_flag: '--port' },
}

function read(json: unknown, toml: string | null = null, surroundings = BRANCH) {
  const findings = new FolderFindings('.')
  const text = typeof json === 'string' ? json : JSON.stringify(json, null, 1)
  const { manifest, version } = readManifest({ toml, json: text }, surroundings, findings)
  return {
    manifest,
    version,
    /** `severity code line field`. */
    told: findings.list().map(({ severity, code, line, field }) => `${severity} ${code} ${line} ${field}`),
    findings: findings.list(),
  }
}

describe('a metadata.json', () => {
  it('is read as a manifest', () => {
    const { manifest, version, told } = read(FULL)
    expect(told).toEqual([])
    expect(version).toEqual({ value: '0.1.0', place: { file: 'metadata.json', line: 6, field: 'version' } })
    expect(manifest).toMatchObject({
      id: 'llm-worker-cuda',
      authors: ['Ada Example'],
      binary_name: 'llm-worker-cuda',
      build: { features: ['cuda', 'cpu-avx512', 'npu'], default_feature: 'cuda' },
      tags: ['llm', 'text-generation', 'streaming'],
      platforms: { linux: ['x86_64'], macos: [], windows: ['x86_64'] },
      pricing: { model: 'subscription', price_usd: 9.5, interval: 'month', trial_days: 14 },
      requirements: { cuda: { cuda_version: '>=12.0', vram: '6 GiB' }, npu: { priority: 50 } },
      run: { command: ['bin/llm-worker'], port_flag: '--port', health_path: '/health' },
    })
    expect(() => manifestSchema.parse(manifest)).not.toThrow()
  })

  it('takes its variants from build.features where those are named, and then from the id', () => {
    const features = (value: Record<string, unknown>) =>
      read({ ...FULL, requirements: {}, ...value }).manifest?.build.features
    expect(features({ build: { features: ['cpu'] } })).toEqual(['cpu'])
    expect(features({ features: ['streaming'] })).toEqual(['cuda'])
    expect(features({ features: undefined, id: 'ocr' })).toEqual(['cpu'])
  })

  it('never looks free where it needs a licence', () => {
    const premium = {
      ...FULL,
      pricing: undefined,
      distribution: { type: 'binary-only', requires_license: true },
    }
    expect(read(premium).manifest?.pricing).toEqual({ model: 'contact' })
    expect(read({ ...premium, pricing: { model: 'one-time', price_usd: 49 } }).manifest?.pricing).toEqual({
      model: 'one-time',
      price_usd: 49,
    })
  })

  it.each([
    [{ id: 'Bad Id' }, 'error manifest_invalid id'],
    [{ id: null }, 'error manifest_invalid id'],
    [{ license: 'no licence' }, 'error license_invalid license'],
    [{ homepage: 'http://example.com' }, 'error manifest_invalid homepage'],
    [{ platforms: [{ os: 'beos', arch: 'x86_64' }] }, 'error manifest_invalid platforms[0].os'],
    [{ platforms: [{ os: 'linux' }] }, 'error manifest_invalid platforms[0].arch'],
    [{ platforms: ['linux'] }, 'error manifest_invalid platforms[0]'],
    [{ platforms: [] }, 'error manifest_invalid platforms'],
    [
      {
        platforms: [
          { os: 'linux', arch: 'x86_64' },
          { os: 'linux', arch: 'x86_64' },
        ],
      },
      'error manifest_invalid platforms[1]',
    ],
    [
      { platforms: [{ os: 'linux', arch: 'x86_64', checksum: 'md5:1' }] },
      'warning manifest_invalid platforms[0].checksum',
    ],
    [
      { platforms: [{ os: 'linux', arch: 'x86_64', binary_size: 'big' }] },
      'warning manifest_invalid platforms[0].binary_size',
    ],
    [{ features: 'cpu' }, 'error manifest_invalid features'],
    [{ features: [1] }, 'error manifest_invalid features[0]'],
    [{ features: ['cuda', 'cuda'] }, 'error manifest_invalid features'],
    [{ distribution: 'source' }, 'error manifest_invalid distribution'],
    [{ distribution: { type: 'shareware' } }, 'error manifest_invalid distribution.type'],
    [{ distribution: { requires_license: 'yes' } }, 'error manifest_invalid distribution.requires_license'],
    [{ requirements: { rocm: {} } }, 'error manifest_invalid requirements.rocm'],
    [{ lisence: 'MIT' }, 'warning manifest_unknown_field lisence'],
    [{ worker: { id: 'x' } }, 'warning manifest_unknown_field worker'],
  ])('is told where %j is wrong', (change, expected) => {
    const { findings, manifest } = read({ ...FULL, requirements: { npu: { priority: 1 } }, ...change })
    const told = findings.map(({ severity, code, field }) => `${severity} ${code} ${field}`)
    expect(told).toContain(expected)
    expect(manifest === null).toBe(expected.startsWith('error'))
  })

  it('is told the line, also inside of lists', () => {
    const platforms = [
      { os: 'linux', arch: 'x86_64' },
      { os: 'linux', arch: 'mips' },
    ]
    const text = JSON.stringify({ ...FULL, platforms }, null, 1)
    const line = text.split('\n').findIndex((one) => one.includes('mips')) + 1
    expect(read(text).told).toEqual([`error manifest_invalid ${line} platforms[1].arch`])
  })

  it('gives a manifest that holds, or an error with a place, whatever it holds', () => {
    const keys = fc.constantFrom(...Object.keys(FULL), '__proto__', 'worker', 'constructor')
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom(...Object.values(FULL)),
      fc.array(fc.record({ os: fc.constantFrom('linux', 'x'), arch: fc.constantFrom('x86_64', 1) })),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, value), { maxLength: 6 }), (changes) => {
        const { manifest, findings } = read({ ...FULL, ...Object.fromEntries(changes) })
        if (manifest === null) expect(findings.some(({ severity }) => severity === 'error')).toBe(true)
        else expect(manifestSchema.parse(manifest)).toEqual(manifest)
        for (const finding of findings) {
          expect(finding.message.length).toBeLessThanOrEqual(1000)
          expect(finding.file).toBe('metadata.json')
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('a worker.toml beside a metadata.json', () => {
  const TOML = [
    '[worker]',
    'id = "llm-worker-cuda"',
    'name = " LLM Worker (CUDA)"',
    'description = "Completes texts"',
    'license = "GPL-3.0-or-later"',
    'authors = ["Ada Example"]',
    'maintainers = ["ada"]',
    '[build]',
    'features = ["cuda", "cpu-avx512", "npu"]',
    'default_feature = "cpu-avx512"',
    '[platforms]',
    'windows = ["x86_64"]',
    'linux = ["x86_64"]',
    'macos = []',
    '',
  ].join('\n')

  it('may say what the other leaves out, and the same in other words', () => {
    const { manifest, told } = read(FULL, TOML)
    expect(told).toEqual([])
    expect(manifest).toMatchObject({
      maintainers: ['ada'],
      build: { default_feature: 'cpu-avx512' },
      dependencies: { system: ['libgomp.so.1'] },
    })
  })

  it.each([
    ['id = "llm-worker-cuda"', 'id = "llm-worker-cpu"', 'id'],
    ['license = "GPL-3.0-or-later"', 'license = "MIT"', 'license'],
    ['"cuda", "cpu-avx512", "npu"', '"cpu-avx512", "cuda", "npu"', 'features'],
    ['linux = ["x86_64"]', 'linux = ["x86_64", "aarch64"]', 'platforms'],
    ['macos = []', 'macos = ["aarch64"]', 'platforms'],
    ['macos = []', 'macos = []\n[dependencies]\nsystem = ["other"]', 'dependencies.system'],
    ['macos = []', 'macos = []\n[requirements.npu]\npriority = 50', 'requirements'],
    ['macos = []', 'macos = []\n[pricing]\nmodel = "free"', 'pricing'],
    ['macos = []', 'macos = []\n[run]\ncommand = ["bin/other"]', 'run'],
  ])('may not say %s as %s', (from, to, field) => {
    const { manifest, findings } = read(FULL, TOML.replace(from, to))
    expect(manifest).toBe(null)
    expect(findings).toMatchObject([
      {
        code: 'manifest_conflict',
        file: 'metadata.json',
        field,
        line: expect.any(Number),
        severity: 'error',
      },
    ])
    expect(findings[0]?.message).toContain('worker.toml')
  })

  it('decides nothing alone where the other cannot be parsed', () => {
    expect(read('{', TOML)).toMatchObject({ manifest: null, told: ['error manifest_syntax 1 null'] })
    expect(read(FULL, '[worker\n')).toMatchObject({ manifest: null, told: ['error manifest_syntax 1 null'] })
  })
})
