import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workerIdSchema } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { offeredWorker } from '../offers/offered-release.ts'
import { type SampleWorker, sampleRegistry } from '../testing/sample-registry.ts'
import { hasTools, runTool } from '../testing/tools.ts'
import { formulaOffer } from './formula-offer.ts'

const HAS_RUBY = hasTools('ruby')

async function formulaOf({ id = 'echo-worker', ...sample }: Partial<SampleWorker>) {
  const registry = sampleRegistry()
  await registry.publish({ id, ...sample })
  const offered = await offeredWorker(registry, workerIdSchema.parse(id))
  return offered && formulaOffer(offered, registry.url)
}

describe('a formula', () => {
  it('is there for a release with a build for macOS, and leads to the registry', async () => {
    const formula = await formulaOf({ platforms: ['macos-aarch64', 'linux-x86_64'], version: '0.3.0' })
    expect(formula).toMatchObject({ id: 'echo-worker', version: '0.3.0', publishedAt: 1_767_323_045 })
    expect(formula?.text).toMatch(/^class EchoWorker < Formula$/m)
    expect(formula?.text).toContain('https://registry.example/v1/blobs/sha256/')
    expect(await formulaOf({ platforms: ['linux-x86_64'] })).toBeNull()
  })

  it('is that of the one variant that has a build for macOS, under the name of the worker', async () => {
    const registry = sampleRegistry()
    await registry.publish({ id: 'echo-worker', variants: ['cpu', 'metal'], platforms: ['macos-aarch64'] })
    registry.revise('echo-worker', (release) => void release.variants[0]?.artifacts.splice(0))
    const offered = await offeredWorker(registry, workerIdSchema.parse('echo-worker'))
    const formula = offered && formulaOffer(offered, registry.url)
    expect(formula?.text).toContain('variant metal')
    expect(formula?.text).toMatch(/^class EchoWorker < Formula$/m)
  })

  it('is none where Homebrew has no name for it', async () => {
    expect(await formulaOf({ id: '7b-worker', platforms: ['macos-aarch64'] })).toBeNull()
  })

  it.skipIf(!HAS_RUBY)(
    `is Ruby, whatever a worker says${HAS_RUBY ? '' : ' (skipped: needs ruby)'}`,
    async () => {
      await using folder = await TemporaryFolder.create()
      const description = 'Says "it" #{`touch /x`} \\ \n end \u2028 é'
      const formula = await formulaOf({ platforms: ['macos-aarch64'], description, license: 'x\' "#{1}' })
      const path = join(folder.path, 'formula.rb')
      await writeFile(path, formula?.text ?? '')
      expect(await runTool('ruby', ['-c', path])).toEqual({ code: 0, output: 'Syntax OK\n' })
    },
  )
})
