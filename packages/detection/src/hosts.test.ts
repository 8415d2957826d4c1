import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { planInstall } from '@rbee/resolver'
import { hostProfileSchema, rejectionCodeSchema, releaseDocumentSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { detectHost } from './detect-host.ts'
import { readHostFixture } from './replay/host-fixture.ts'
import { replayProbe } from './replay/replay-probe.ts'

// Adding a host is adding a folder: host.json (what its tools and files answer), profile.json (what is detected) and
// choice.json (what is installed there of the worker in release.json).

const FIXTURES = join(import.meta.dirname, '../fixtures')

const choiceSchema = z.strictObject({
  variant: z.string().nullable(),
  gpu: z.number().nullable(),
  rejected: z.record(z.string(), rejectionCodeSchema),
  warnings: z.array(z.string()),
})

const readJson = async (...path: string[]) => JSON.parse(await readFile(join(FIXTURES, ...path), 'utf8'))

const folders = await readdir(FIXTURES, { withFileTypes: true })
const hosts = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)
const release = releaseDocumentSchema.parse(await readJson('release.json'))

describe.each(hosts)('%s', (host) => {
  it('is detected as its profile says', async () => {
    const fixture = await readHostFixture(join(FIXTURES, host))
    const profile = await detectHost(replayProbe(fixture), '/home/user/.cache/rbee')
    expect(profile).toEqual(await readJson(host, 'profile.json'))
  })

  it('gets the variant that fits it, with a reason for every other', async () => {
    const profile = hostProfileSchema.parse(await readJson(host, 'profile.json'))
    const plan = planInstall({ release, profile, registry: 'http://127.0.0.1:8787' })
    const { variant, gpu } = plan
    const rejected = Object.fromEntries(plan.rejected.map(({ variant: name, code }) => [name, code]))
    const warnings = plan.warnings.map(({ code }) => code)
    expect({ variant, gpu, rejected, warnings }).toEqual(
      choiceSchema.parse(await readJson(host, 'choice.json')),
    )
  })
})
