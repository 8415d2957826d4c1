import { createCipheriv } from 'node:crypto'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { releaseDocumentSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HOST_ARCH, HOST_OS, startCatalog, type TestCatalog } from '../../hive/e2e/catalog.ts'
import { aMachine, type Machine } from '../../hive/e2e/machine.ts'

const ID = 'patched-worker'
const PLATFORM = `${HOST_OS}-${HOST_ARCH}`

let catalog: TestCatalog
let machine: Machine
let token: string
/** Of the worker, in US dollars; null for one that is free. */
let price: number | null

beforeEach(async () => {
  catalog = await startCatalog()
  machine = await aMachine(catalog.url)
  token = await catalog.publishToken()
  price = null
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

/** Publishes a worker that nothing compresses, but for a few bytes the same in every version. */
async function publish(version: string, ...args: string[]) {
  const folder = join(machine.folder, version)
  await mkdir(join(folder, 'bin'), { recursive: true })
  await mkdir(join(folder, 'lib'), { recursive: true })
  await writeFile(join(folder, 'bin', ID), '#!/bin/sh\nexit 0\n')
  await chmod(join(folder, 'bin', ID), 0o755)
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16))
  await writeFile(join(folder, 'lib/data'), cipher.update(Buffer.alloc(200_000)))
  await writeFile(join(folder, 'lib/version'), version)
  await writeFile(join(folder, 'LICENSE'), 'MIT License\n')
  if (price !== null) await writeFile(join(folder, 'worker.toml'), soldWorker(price))
  const about = price === null ? ['--name', ID, '--license', 'MIT'] : []
  const given = ['--artifact', `${PLATFORM}=${folder}`, ...args]
  const { finished } = machine.start(
    'rbee-publish',
    [folder, ...about, '--version', version, ...given, '--json'],
    {
      RBEE_TOKEN: token,
    },
  )
  const outcome = await finished
  expect(outcome).toMatchObject({ code: 0 })
  return JSON.parse(outcome.stdout) as { status: string; patches: Record<string, unknown>[] }
}

const soldWorker = (dollars: number) => `[worker]
id = "${ID}"
name = "Patched Worker"
description = "Is patched"
license = "MIT"
[build]
features = ["cpu"]
[platforms]
${HOST_OS} = ["${HOST_ARCH}"]
[pricing]
model = "one-time"
price_usd = ${dollars}
`

async function offered(version: string): Promise<string[]> {
  const answer = await fetch(`${catalog.url}/v1/workers/${ID}/${version}`)
  const { variants } = releaseDocumentSchema.parse(await answer.json())
  const patches = variants.flatMap(({ artifacts }) => artifacts.flatMap((artifact) => artifact.patches))
  return patches.map((patch) => patch.from_version)
}

describe('rbee-publish', () => {
  it('adds patches from the last releases, also in a second run, and none with --patches off', async () => {
    expect((await publish('1.0.0')).patches).toEqual([])
    expect((await publish('1.1.0', '--patches', 'off')).patches).toEqual([])
    expect(await offered('1.1.0')).toEqual([])

    const again = await publish('1.1.0', '--patches', '1')
    expect(again).toMatchObject({
      status: 'unchanged',
      patches: [{ platform: PLATFORM, from_version: '1.0.0' }],
    })
    expect(again.patches[0]?.size).toBeLessThan(5_000)

    const { patches } = await publish('1.2.0')
    expect(patches.map((patch) => patch.from_version)).toEqual(['1.1.0', '1.0.0'])
    expect(await offered('1.2.0')).toEqual(['1.1.0', '1.0.0'])
    expect((await publish('1.2.0')).patches).toEqual([])
  })

  it('adds them to a worker that is sold, whose archives its publisher alone is handed without a licence', async () => {
    price = 49
    await publish('1.0.0')
    const { patches } = await publish('1.1.0')
    expect(patches).toMatchObject([{ from_version: '1.0.0' }])

    const answer = await fetch(`${catalog.url}/v1/workers/${ID}/1.0.0`)
    const { variants } = releaseDocumentSchema.parse(await answer.json())
    const archive = variants[0]?.artifacts[0]?.archives[0]?.download_url ?? ''
    const statusFor = async (shown: string) =>
      (await fetch(catalog.url + archive, { headers: { authorization: `Bearer ${shown}` } })).status
    expect(await statusFor(token)).toBe(200)
    expect(await statusFor(await catalog.publishToken())).toBe(403)
    expect(await statusFor('rbee_pub_nonsense')).toBe(403)
    expect((await fetch(catalog.url + archive)).status).toBe(403)
  })
})
