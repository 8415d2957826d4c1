import { execFileSync } from 'node:child_process'
import { readPkgbuild, writeSrcinfo } from '@rbee/pkgbuild'
import { type ManifestInput, manifestObjectSchema } from '@rbee/schema'
import { readAsEarlierClient } from '@rbee/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { writePackageFile } from './driver.ts'
import type { PackageFileInput } from './package-file.ts'
import { aPackageInput, HOSTILE_TEXT, hostile } from './samples.ts'

const ARTIFACTS = { cpu: ['linux-x86_64', 'linux-aarch64'] }
const FUNCTIONS = {
  'arch-prod': ['package'],
  'arch-dev': ['build', 'package', 'prepare'],
  'arch-legacy': ['build', 'package'],
} as const
const FORMATS = ['arch-prod', 'arch-dev', 'arch-legacy'] as const

/** Any text that a manifest may hold in one line. */
const line = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'\'"\\$`!#{}()[]@*?~&|;<>= éx%-'), maxLength: 20 }),
  )
  .map((text) => text.toWellFormed().trim())
  .filter((text) => manifestObjectSchema.shape.description.safeParse(text).success)

const manifests: fc.Arbitrary<Partial<ManifestInput>> = fc.record({
  name: line.filter((text) => text.length <= 100),
  description: line,
  license: fc.constantFrom(
    'MIT',
    'MIT OR Apache-2.0',
    'GPL-2.0-only WITH Classpath-exception-2.0',
    'Proprietary',
  ),
  homepage: fc.constantFrom("https://x.example/it's?a=$b&c=`d`#{e}", undefined),
  dependencies: fc.record({
    system: fc.array(
      line.filter((text) => text.length <= 100),
      { maxLength: 3 },
    ),
  }),
  build: fc.record({
    features: fc.constant(['cpu']),
    default_feature: fc.constant('cpu'),
    system: fc.constant('npm' as const),
    command: fc.option(fc.array(line, { minLength: 1, maxLength: 3 }), { nil: undefined }),
  }),
})

const INPUTS: readonly PackageFileInput[] = [
  hostile(
    aPackageInput({
      artifacts: ARTIFACTS,
      manifest: { build: { features: ['cpu'], default_feature: 'cpu', system: 'npm' } },
    }),
  ),
  aPackageInput({
    artifacts: ARTIFACTS,
    manifest: { pricing: { model: 'one-time', purchase_url: "https://buy.example/it's" } },
  }),
  ...fc
    .sample(manifests, { numRuns: 60, seed: 3 })
    .map((manifest) => aPackageInput({ artifacts: ARTIFACTS, manifest, version: '1.2.0-rc.1+build.5' })),
]

it.each(FORMATS)('%s says what the manifest says, and has nothing that bash would run', async (format) => {
  for (const input of INPUTS) {
    const { text, srcinfo } = writePackageFile(format, input)
    const read = await readPkgbuild(text)
    expect(read, text).toMatchObject({ commands: [], syntaxErrors: [] })
    if (read === null) continue
    expect([...read.functions.keys()].toSorted(), text).toEqual(FUNCTIONS[format])
    // Bytes in $'…' are not read statically; no manifest can hold what is written so.
    if (input.worker.description === HOSTILE_TEXT) continue
    expect(read.unknown, text).toEqual([])
    expect(read.fields.texts.get('pkgdesc')).toMatchObject({ text: input.worker.description })
    const license = read.fields.lists.get('license')?.map((value) => value.known && value.text)
    if (format !== 'arch-legacy') expect(license).toEqual([input.release.license])
    const written = writeSrcinfo(read)
    expect(written).toMatchObject({ text: srcinfo })
  }
})

it('clients of earlier catalogs read what the manifest says', () => {
  for (const input of INPUTS) {
    const { text } = writePackageFile('arch-legacy', input)
    const read = readAsEarlierClient(text)
    expect(read.pkgname).toBe('llm-worker')
    expect(read.arrays.get('source')?.[0]).toMatch(/^git\+https:\/\/git\.example\//)
    expect(read.arrays.get('arch')).toEqual(['x86_64', 'aarch64'])
    expect(read.build).toMatch(/npm|cargo/)
  }
})

it('bash accepts them all, and finds the texts in them', () => {
  const files = INPUTS.flatMap((input) =>
    FORMATS.map((format) => ({ input, text: writePackageFile(format, input).text })),
  )
  // Each in a shell of its own, so that none sees the functions of another.
  const script = files
    .map(({ text }) => `(\n${text}\nprintf '%s\\0' "$pkgdesc" "\${#license[@]}"\n)\n`)
    .join('')
  const output = execFileSync('bash', ['-eu'], {
    input: script,
    encoding: 'utf8',
    env: { LC_ALL: 'C.UTF-8', RBEE_LICENSE_KEY: 'a-key' },
  })
  const descriptions = output.split('\0').filter((_text, index) => index % 2 === 0)
  expect(descriptions.slice(0, -1)).toEqual(files.map(({ input }) => input.worker.description.toWellFormed()))
})
