import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writePackageFile } from '../driver.ts'
import type { PackageFileInput } from '../package-file.ts'
import { aPackageInput, HOSTILE_TEXT, hostile, type SampleSettings } from '../samples.ts'
import { formulaClass } from './class-name.ts'
import { formulaLicence } from './licence.ts'
import { carryOut, type FormulaTrial, rubyIsMissing } from './testing/evaluate.ts'

const ARTIFACTS = { cpu: ['linux-x86_64', 'linux-aarch64', 'macos-aarch64', 'macos-x86_64'] }
const SHA = (place: number) => (102 + 10 * place).toString(16).padStart(64, '0')

function trial(
  format: 'homebrew-prod' | 'homebrew-dev',
  input: PackageFileInput,
  rest: Partial<FormulaTrial> = {},
): FormulaTrial {
  const { fileName, text } = writePackageFile(format, input)
  return {
    file: fileName,
    text,
    system: 'macos',
    arch: 'aarch64',
    program: input.release.binary_name,
    files: { 'bin/llm-worker': 'x', 'lib/model': 'y', LICENSE: 'z' },
    ...rest,
  }
}

describe.skipIf(rubyIsMissing())('a formula, carried out by a stand-in (needs ruby)', () => {
  it('installs the archive of the machine it is on', () => {
    const input = aPackageInput({ artifacts: ARTIFACTS })
    const machines = [
      ['macos', 'aarch64', 2],
      ['macos', 'x86_64', 3],
      ['linux', 'x86_64', 0],
      ['linux', 'aarch64', 1],
    ] as const
    const outcomes = carryOut(
      machines.map(([system, arch]) => trial('homebrew-prod', input, { system, arch })),
    )
    for (const [index, [, , place]] of machines.entries()) {
      expect(outcomes[index]?.calls).toEqual([
        ['desc', 'Says what it is told'],
        ['homepage', 'https://llm.example'],
        ['version', '1.2.0'],
        ['license', 'Apache-2.0'],
        ['url', `https://catalog.example/v1/blobs/sha256/${SHA(place)}`],
        ['sha256', SHA(place)],
      ])
      expect(outcomes[index]?.installed).toEqual([
        'bin/llm-worker',
        'libexec/LICENSE',
        'libexec/bin/llm-worker',
        'libexec/lib/model',
      ])
    }
  })

  it("builds with cargo, and the variant's feature where there is one", () => {
    const input = aPackageInput({}, { variant: 'metal' })
    const files = (features: string) => ({
      'workers/llm-worker/Cargo.toml': `[package]\nmetal = 1\n${features}`,
    })
    const outcomes = carryOut([
      trial('homebrew-dev', input, {
        building: true,
        files: files('[features]\nmetal = []\n[dependencies]\n'),
      }),
      trial('homebrew-dev', input, {
        building: true,
        files: files('[features]\ncpu = []\n[dependencies]\nmetal = 1'),
      }),
    ])
    const build = ['system', 'cargo', 'build', '--release', '--target-dir', 'BUILD/target']
    expect(outcomes[0]?.calls.slice(4)).toEqual([
      ['url', 'https://git.example/rbee/workers.git', { using: 'git', revision: `c0ffee${'0'.repeat(34)}` }],
      ['depends_on', { arch: 'arm64' }],
      ['depends_on', { rust: 'build' }],
      [...build, '--no-default-features', '--features', 'metal'],
    ])
    expect(outcomes[1]?.calls.at(-1)).toEqual(build)
    expect(outcomes.map(({ installed }) => installed)).toEqual([['bin/llm-worker'], ['bin/llm-worker']])
  })

  it('builds with the command of the manifest, which is told what rbee-publish tells it', () => {
    const settings: SampleSettings = {
      manifest: {
        build: {
          features: ['cpu'],
          default_feature: 'cpu',
          system: 'npm',
          output: 'dist/{variant}/{platform}',
        },
      },
    }
    const input = aPackageInput({ ...settings, version: '2.0.0-rc.1' })
    const folder = { 'workers/llm-worker/package.json': '{}' }
    const [made] = carryOut([trial('homebrew-dev', input, { building: true, files: folder })])
    expect(made?.calls.filter(([word]) => word === 'system')).toEqual([
      ['system', 'npm', 'install'],
      ['system', 'npm', 'run', 'build'],
    ])
    const withLocks = carryOut(
      ['workers/llm-worker/package-lock.json', 'workers/llm-worker/pnpm-lock.yaml', 'pnpm-lock.yaml'].map(
        (lock) => trial('homebrew-dev', input, { building: true, files: { ...folder, [lock]: '' } }),
      ),
    )
    const pnpm = ['system', 'npx', '--yes', 'pnpm', 'install', '--frozen-lockfile']
    expect(withLocks.map(({ calls }) => calls.find(([word]) => word === 'system'))).toEqual([
      ['system', 'npm', 'ci'],
      pnpm,
      pnpm,
    ])
    expect(made?.environment).toEqual({
      RBEE_OUTPUT: 'BUILD/workers/llm-worker/dist/cpu/macos-aarch64',
      RBEE_PLATFORM: 'macos-aarch64',
      RBEE_VARIANT: 'cpu',
      RBEE_VERSION: '2.0.0-rc.1',
    })
    expect(made?.installed).toEqual(['bin/llm-worker', 'libexec/bin/llm-worker'])
  })

  it('is taken literally, whatever its texts hold', () => {
    const texts = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), {
      numRuns: 60,
      seed: 4,
    })
    const input = aPackageInput({ artifacts: ARTIFACTS })
    const inputs = texts.map((text) => ({
      ...input,
      worker: { ...input.worker, description: text, name: text },
    }))
    const outcomes = carryOut([hostile(input), ...inputs].map((one) => trial('homebrew-prod', one)))
    expect(outcomes[0]?.calls.slice(0, 2)).toEqual([
      ['desc', HOSTILE_TEXT],
      ['homepage', HOSTILE_TEXT],
    ])
    expect(outcomes[0]?.calls.at(-1)?.at(-1)).toBe(HOSTILE_TEXT)
    expect(outcomes.slice(1).map(({ calls }) => calls[0]?.[1])).toEqual(
      texts.map((text) => text.toWellFormed()),
    )
  })

  it('is read as UTF-8, whatever encoding a name asks for', () => {
    // In Shift_JIS, the second byte of "ā" and the backslash behind it are one letter, so that the quote would end the text.
    const description = 'ā"; system %q(touch run-by-ruby) #'
    const input = aPackageInput({
      artifacts: ARTIFACTS,
      manifest: { name: 'coding: Shift_JIS', description },
    })
    const [outcome] = carryOut([trial('homebrew-prod', input)])
    expect(outcome?.calls.filter(([word]) => word === 'system' || word === 'desc')).toEqual([
      ['desc', description],
    ])
  })

  it('of a worker that has a price sends the key that its user set, and holds none', () => {
    const input = aPackageInput({ artifacts: ARTIFACTS, manifest: { pricing: { model: 'one-time' } } })
    const [outcome] = carryOut([trial('homebrew-prod', input)])
    expect(outcome?.calls.find(([word]) => word === 'url')).toEqual([
      'url',
      expect.any(String),
      { header: 'Authorization: Bearer ' },
    ])
  })
})

it.each([
  ['llm-worker', 'LlmWorker'],
  ['llm-worker-bin', 'LlmWorkerBin'],
  ['x2-y3', 'X2Y3'],
])('the class of %s is %s', (name, expected) => {
  expect(formulaClass(name)).toBe(expected)
})

it.each([
  ['MIT', '"MIT"'],
  ['MIT OR Apache-2.0', 'any_of: ["MIT", "Apache-2.0"]'],
  ['MIT AND (Apache-2.0 OR BSD-3-Clause)', 'all_of: ["MIT", { any_of: ["Apache-2.0", "BSD-3-Clause"] }]'],
  ['GPL-2.0-only WITH Classpath-exception-2.0', '"GPL-2.0-only" => { with: "Classpath-exception-2.0" }'],
  [
    'MIT OR GPL-2.0-only WITH Classpath-exception-2.0',
    'any_of: ["MIT", { "GPL-2.0-only" => { with: "Classpath-exception-2.0" } }]',
  ],
  ['Proprietary', ':cannot_represent'],
  ['MIT AND LicenseRef-Own', ':cannot_represent'],
])('the licence %s is %s', (expression, expected) => {
  expect(formulaLicence(expression)).toBe(expected)
})
