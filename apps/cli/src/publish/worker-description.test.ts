import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platformSchema, versionSchema, workerIdSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTerminal } from '../program/terminal.ts'
import { type DescriptionOptions, describeWorker } from './worker-description.ts'

const MANIFEST = `[worker]
id = "echo-worker"
name = "Echo"
description = "Echoes"
license = "MIT"
[build]
features = ["cpu"]
[platforms]
linux = ["x86_64", "aarch64"]
`

let folder: string
let shown: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-describe-'))
  shown = ''
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function describeFiles(files: Record<string, string>, options: Partial<DescriptionOptions> = {}) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  const terminal = createTerminal({
    write: (text) => {
      shown += text
    },
    interactive: false,
    color: false,
    quiet: false,
    columns: () => 80,
    clock: () => 0,
  })
  return describeWorker(folder, { artifacts: [], ...options }, terminal)
}

const PACKAGE = { 'package.json': '{"version": "1.0.0"}' }
const id = workerIdSchema.parse('other-worker')
const version = versionSchema.parse('2.0.0')

describe('with a worker.toml', () => {
  it('takes everything from the folder', async () => {
    const files = { 'worker.toml': MANIFEST, ...PACKAGE, 'README.md': '# Echo', 'CHANGELOG.md': '1.0.0' }
    expect(await describeFiles(files)).toMatchObject({
      manifest: { id: 'echo-worker', binary_name: 'echo-worker' },
      version: '1.0.0',
      readme: '# Echo',
      changelog: '1.0.0',
    })
  })

  it('lets options win', async () => {
    const options = {
      name: id,
      version,
      license: 'Apache-2.0',
      platforms: [platformSchema.parse('macos-aarch64')],
    }
    expect(await describeFiles({ 'worker.toml': MANIFEST, ...PACKAGE }, options)).toMatchObject({
      manifest: { id, license: 'Apache-2.0', platforms: { linux: [], macos: ['aarch64'], windows: [] } },
      version: '2.0.0',
    })
  })

  it('needs no version in the folder when one is given', async () => {
    await expect(describeFiles({ 'worker.toml': MANIFEST })).rejects.toEqual(
      expect.objectContaining({ code: 'version_missing' }),
    )
    expect(await describeFiles({ 'worker.toml': MANIFEST }, { version })).toMatchObject({ version: '2.0.0' })
  })

  it('names file, line and field of what is wrong, all of it', async () => {
    const wrong = MANIFEST.replace('"MIT"', '"Beerware-ish"').replace('"x86_64"', '"mips"')
    const attempt = describeFiles({ 'worker.toml': wrong, ...PACKAGE })
    await expect(attempt).rejects.toEqual(
      expect.objectContaining({ message: expect.stringMatching(/^worker\.toml:\d+: /) }),
    )
    expect(shown).toMatch(/^error: worker\.toml:\d+: /)
  })
})

describe('without a worker.toml', () => {
  it('the options stand in for it', async () => {
    const options = {
      name: id,
      version,
      license: 'Proprietary',
      platforms: [platformSchema.parse('linux-x86_64')],
    }
    expect(await describeFiles({}, options)).toMatchObject({
      manifest: {
        id: 'other-worker',
        license: 'Proprietary',
        binary_name: 'other-worker',
        build: { features: ['cpu'], default_feature: 'cpu' },
        platforms: { linux: ['x86_64'] },
      },
      version: '2.0.0',
    })
  })

  it('says what is missing', async () => {
    await expect(describeFiles({})).rejects.toEqual(expect.objectContaining({ code: 'manifest_missing' }))
    await expect(describeFiles({}, { name: id })).rejects.toEqual(expect.objectContaining({ code: 'usage' }))
    await expect(describeFiles({}, { name: id, version, license: 'MIT' })).rejects.toEqual(
      expect.objectContaining({ code: 'usage' }),
    )
  })
})
