import { readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { fakeRandomBytes } from '@rbee/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine, until } from './machine.ts'
import { aMirror, faithful, lostAt, type Mirror, stuckAt } from './mirror.ts'

const ID = 'llm-worker'
/** More than a frame of 31.5 MiB, of what cannot be compressed. */
const MODEL = fakeRandomBytes()(40 * 2 ** 20)
/** In it, one frame is complete. */
const SHARE = 0.9

let catalog: TestCatalog
let mirror: Mirror
let machine: Machine
let host: string

beforeAll(async () => {
  catalog = await startCatalog()
  await catalog.publish({ id: ID, variants: { cpu: program(ID, '', { 'model.bin': MODEL }) } })
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  mirror = await aMirror(catalog.url)
  machine = await aMachine(mirror.url)
  host = await machine.profile({})
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
})

const install = () => machine.hive('install', ID, '--host-profile', host)

async function interruptedBy(signal: 'SIGKILL' | 'SIGINT'): Promise<void> {
  mirror.answer = stuckAt(SHARE)
  const { child, finished } = machine.start('rbee-hive', ['install', ID, '--host-profile', host])
  await until(async () => (await machine.staging()).some((name) => name.endsWith('.journal')))
  child.kill(signal)
  await finished
  mirror.ranges.length = 0
  mirror.answer = faithful
}

async function expectInstalled(): Promise<void> {
  expect(await machine.active(ID)).toBe('0.1.0 cpu')
  expect(await machine.staging()).toEqual([])
  const builds = join(machine.home, 'workers', ID, 'builds')
  const [build = ''] = await readdir(builds)
  expect(Buffer.compare(await readFile(join(builds, build, 'model.bin')), MODEL)).toBe(0)
  // It computes the digest of the archive once more.
  expect(await machine.hive('doctor')).toMatchObject({ code: 0 })
}

describe('the download of a large archive', () => {
  it.each(['SIGKILL', 'SIGINT'] as const)(
    'goes on after %s with the bytes that are missing',
    async (signal) => {
      await interruptedBy(signal)
      expect(await machine.active(ID)).toBeNull()

      const { code, stderr } = await install()
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining('going on with an interrupted'),
      })
      expect(Math.min(...mirror.ranges.map(firstByte))).toBeGreaterThan(30 * 2 ** 20)
      await expectInstalled()
    },
  )

  it('goes on after the network was lost for good', async () => {
    mirror.answer = lostAt(SHARE)
    expect(await install()).toMatchObject({ code: 5 })
    mirror.ranges.length = 0
    mirror.answer = faithful

    expect(await install()).toMatchObject({ code: 0 })
    expect(Math.min(...mirror.ranges.map(firstByte))).toBeGreaterThan(30 * 2 ** 20)
    await expectInstalled()
  })

  it('begins anew where what was left is damaged', async () => {
    await interruptedBy('SIGKILL')
    const folder = (await machine.staging()).find((name) => !name.endsWith('.journal')) ?? ''
    await truncate(join(machine.home, 'staging', folder, 'model.bin'), 1_000_000)

    const { code, stderr } = await install()
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('downloading everything') })
    expect(mirror.ranges.at(-1)).toBeNull()
    await expectInstalled()
  })
})

function firstByte(range: string | null | undefined): number {
  return Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0)
}
