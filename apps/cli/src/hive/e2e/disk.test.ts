import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fakeRandomBytes } from '@rbee/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

const MiB = 2 ** 20
const random = fakeRandomBytes()
const LIBRARY = random(3 * MiB)

let catalog: TestCatalog
let machine: Machine
let host: string

beforeAll(async () => {
  catalog = await startCatalog()
  const publish = (id: string, version: string, library: Uint8Array) =>
    catalog.publish({
      id,
      version,
      variants: {
        cpu: program(id, `# ${version}`, { 'lib/large.so': library, 'lib/small.so': random(1000) }),
      },
    })
  await publish('one-worker', '0.1.0', LIBRARY)
  await publish('one-worker', '0.2.0', LIBRARY)
  await publish('two-worker', '0.1.0', LIBRARY)
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  machine = await aMachine(catalog.url)
  await machine.trust()
  host = await machine.profile({})
})
afterEach(() => machine[Symbol.asyncDispose]())

async function install(worker: string): Promise<string> {
  const { code, stderr } = await machine.hive('install', worker, '--host-profile', host)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  return stderr
}

async function library(worker: string, version: string): Promise<string> {
  const builds = join(machine.home, 'workers', worker, 'builds')
  const build = (await readdir(builds)).find((name) => name.startsWith(version)) ?? ''
  return join(builds, build, 'lib/large.so')
}

async function du(): Promise<{
  builds: { worker: string; build: string; shared_bytes: number }[]
  bytes: number
  saved_bytes: number
}> {
  const { value } = await machine.hiveJson('du')
  return value as Awaited<ReturnType<typeof du>>
}

describe('large files that are alike', () => {
  it('take room once, of versions and of workers, and stay whole when one of them goes', async () => {
    expect(await install('one-worker@0.1.0')).not.toContain('shared')
    expect(await install('one-worker@0.2.0')).toContain('3.0 MiB are shared')
    expect(await install('two-worker')).toContain('shared')
    const used = await du()
    expect(used.builds.map(({ worker, shared_bytes }) => [worker, shared_bytes >= 3 * MiB])).toEqual([
      ['one-worker', true],
      ['one-worker', true],
      ['two-worker', true],
    ])
    expect(used.saved_bytes).toBe(6 * MiB)

    expect(await machine.hive('uninstall', 'one-worker')).toMatchObject({ code: 0 })
    expect(Buffer.compare(await readFile(await library('two-worker', '0.1.0')), LIBRARY)).toBe(0)
    expect(await machine.hive('doctor')).toMatchObject({ code: 0 })
    expect((await du()).saved_bytes).toBe(0)
  })
})

describe('rbee-hive gc', () => {
  it('removes what nobody uses, and nothing else', async () => {
    await install('one-worker@0.1.0')
    await install('one-worker@0.2.0')
    expect((await machine.hiveJson('gc')).value).toEqual({ builds: [], downloads: 0, freed_bytes: 0 })
    expect(await machine.hive('rollback', 'one-worker')).toMatchObject({ code: 0 })
    expect(await machine.active('one-worker')).toBe('0.1.0 cpu')

    const { value } = await machine.hiveJson('gc', '--previous')
    expect(value).toMatchObject({
      builds: [{ worker: 'one-worker', build: expect.stringMatching(/^0\.2\.0-cpu-/) }],
    })
    expect((value as { freed_bytes: number }).freed_bytes).toBeGreaterThan(0)
    expect(await machine.active('one-worker')).toBe('0.1.0 cpu')
    expect(await machine.hive('doctor')).toMatchObject({ code: 0 })
    expect((await machine.hive('gc')).stdout).toBe('there is nothing to remove\n')
  })
})
