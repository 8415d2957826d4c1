import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { RbeeError, workerIdSchema } from '@rbee/schema'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from './home.ts'
import { listInstalled, readInstalled } from './installed.ts'
import { readInstance, surveyInstances } from './instances.ts'
import { withLock } from './lock.ts'
import { nameOfThisProcess } from './process-identity.ts'
import { forgetPorts, rememberedPort } from './remembered-ports.ts'

const ID = workerIdSchema.parse('echo-worker')
const BUILD = {
  version: '1.0.0',
  variant: 'cpu',
  platform: 'linux-x86_64',
  digest: `sha256:${'d'.repeat(64)}`,
  build: '1.0.0-cpu-dddddddddddddddd',
  binary_name: 'echo-worker',
  program_size: 10,
  run: null,
  selftest: null,
  registry: 'http://127.0.0.1:1',
  gpu: null,
  reason: 'it fits',
  installed_at: '2026-01-01T00:00:00.000Z',
}
const ACTIVE = { id: ID, active: BUILD, previous: null }
const INSTANCE = {
  instance: {
    name: ID,
    id: ID,
    version: '1.0.0',
    variant: 'cpu',
    build: BUILD.build,
    state: 'running',
    pid: null,
    supervisor_pid: 999_999,
    port: 8080,
    url: null,
    health_url: null,
    model: null,
    log: null,
    restarts: 0,
    last_exit: null,
    next_try_at: null,
    started_at: '2026-01-01T00:00:00.000Z',
  },
  supervisor: { pid: 999_999, identity: 'gone', marker: 'of nobody' },
  control: { port: 8081, secret: 'secret' },
  worker_port: 8082,
  processes: [],
}
const PORT = { id: ID, port: 8080 }

let home: HiveHome
beforeEach(async () => {
  home = hiveHome(await mkdtemp(join(tmpdir(), 'hive-state-')), '/')
})
afterEach(() => rm(home.root, { recursive: true, force: true }))

async function put(path: string, bytes: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
}

/** What becomes of a file: cut off, overwritten by anything, or a value of it replaced. */
function damageOf(whole: Readonly<Record<string, unknown>>): fc.Arbitrary<string | Uint8Array> {
  const text = JSON.stringify(whole)
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('../../x', '..', 'a\0b', -1, 1e308, ''),
  )
  return fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.constant(new Uint8Array(text.length)),
    fc.nat({ max: text.length - 1 }).map((length) => text.slice(0, length)),
    fc.tuple(fc.nat({ max: text.length }), fc.string({ unit: 'binary', maxLength: 2 })).map(([at, stray]) => {
      return text.slice(0, at) + stray + text.slice(at + stray.length)
    }),
    fc
      .dictionary(fc.constantFrom(...Object.keys(whole), '__proto__'), value, { minKeys: 1 })
      .map((changes) => JSON.stringify({ ...whole, ...changes })),
    fc.tuple(fc.constantFrom(...Object.keys(BUILD)), value).map(([key, other]) => {
      return JSON.stringify({ ...whole, active: { ...BUILD, [key]: other } })
    }),
  )
}

/** What a reading comes to; whatever is not the failure that says so is thrown on. */
async function outcomeOf<Value>(reading: Promise<Value>): Promise<{ value: Value } | 'damaged'> {
  try {
    return { value: await reading }
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    expect(error.code).toBe('state_damaged')
    expect(error.next).not.toBeNull()
    return 'damaged'
  }
}

describe('a damaged file', () => {
  it('of what is installed is told with its cure, or names a build inside of its folder', async () => {
    await fc.assert(
      fc.asyncProperty(damageOf(ACTIVE), async (bytes) => {
        await put(home.worker(ID).active, bytes)
        const outcome = await outcomeOf(readInstalled(home, ID))
        const survey = await listInstalled(home)
        expect([...survey.sound, ...survey.damaged]).toHaveLength(1)
        expect(survey.damaged).toHaveLength(outcome === 'damaged' ? 1 : 0)
        if (outcome === 'damaged' || outcome.value === null) return
        const { active } = outcome.value
        expect(active.build).toMatch(/^(?!\.{1,2}$)[A-Za-z0-9._+-]+$/)
        expect(active.binary_name).not.toMatch(/[/\\\0]|^\.|^-/)
      }),
      { numRuns: 200 },
    )
  })

  it('of what runs is told, and keeps nothing else from being listed', async () => {
    await fc.assert(
      fc.asyncProperty(damageOf(INSTANCE), async (bytes) => {
        await put(home.runningFile(ID), bytes)
        await put(
          home.runningFile('other'),
          JSON.stringify({ ...INSTANCE, instance: { ...INSTANCE.instance, name: 'other' } }),
        )
        const outcome = await outcomeOf(readInstance(home, ID))
        const survey = await surveyInstances(home)
        expect([...survey.sound, ...survey.damaged]).toHaveLength(2)
        expect(survey.damaged).toHaveLength(outcome === 'damaged' ? 1 : 0)
      }),
      { numRuns: 150 },
    )
  })

  it.for([
    ['of a worker', { ...INSTANCE, processes: [{ pid: 1, identity: 'x', build: 'x' }] }],
    ['of an instance', { ...INSTANCE, instance: { ...INSTANCE.instance, pid: 1 } }],
  ] as const)('%s names no group that is everybody', async ([, record]) => {
    await put(home.runningFile(ID), JSON.stringify(record))
    expect(await outcomeOf(readInstance(home, ID))).toBe('damaged')
  })

  it('of a port is told, or is a port', async () => {
    await fc.assert(
      fc.asyncProperty(damageOf(PORT), async (bytes) => {
        await put(home.portFile(ID), bytes)
        const outcome = await outcomeOf(rememberedPort(home, { id: ID, name: ID }))
        if (outcome !== 'damaged' && outcome.value !== null) {
          expect(Number.isInteger(outcome.value) && outcome.value > 0 && outcome.value < 65_536).toBe(true)
        }
        await outcomeOf(forgetPorts(home, ID))
      }),
      { numRuns: 150 },
    )
  })
})

it('keeps nobody from the lock of a worker that names of no living process lie in its folder', async () => {
  const own = await nameOfThisProcess()
  const name = fc
    .oneof(
      fc.string({ minLength: 1, maxLength: 20 }),
      fc.nat().map((pid) => `${pid}.x.${'a'.repeat(36)}`),
      fc.constantFrom(
        own.replace(/^\d+/, '1'),
        own.replace(/^\d+/, '4194399'),
        own.slice(1),
        `${own}x`,
        '..x',
        '1',
      ),
    )
    .filter((text) => !/[/\0]|^\.{1,2}$/.test(text) && text.isWellFormed())
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 4 }), async (names) => {
      const folder = home.lockFolder({ record: ID })
      for (const one of names) await put(join(folder, one), '')
      expect(await withLock(home, { record: ID }, async () => 'in', 0)).toBe('in')
      expect(await readdir(folder)).toEqual([])
    }),
    { numRuns: 60 },
  )
})
