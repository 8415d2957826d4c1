import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestSchema, platformSchema } from '@rbee/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type LockedWorker, lockedWorkerSchema } from '../rbee-lock/rbee-lock.ts'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine, NVIDIA } from './machine.ts'

const ID = 'llm-worker'
const PASSES = '[ "$1" = --self-test ]'
const build = (label: string) => program(ID, `${PASSES}\n# ${label}`)
const manifest = { requirements: { cuda: { cuda_version: '>=12.0' } } }

let catalog: TestCatalog
let machine: Machine
let other: Machine

beforeAll(async () => {
  catalog = await startCatalog()
  const variants = { cuda: build('cuda'), cpu: build('cpu') }
  await catalog.publish({ id: ID, official: true, variants, manifest })
  const newer = { cuda: build('new cuda'), cpu: build('new cpu') }
  await catalog.publish({ id: ID, version: '0.2.0', variants: newer, manifest })
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  machine = await aMachine(catalog.url)
  other = await aMachine(catalog.url)
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await other[Symbol.asyncDispose]()
})

const lockOf = ({ home }: Machine) => join(home, 'rbee.lock')
const lockSchema = z.object({ lock_version: z.literal(1), workers: z.record(z.string(), lockedWorkerSchema) })
const readLock = async (path: string) => lockSchema.parse(JSON.parse(await readFile(path, 'utf8')))
const readWorker = async (path: string) => lockedWorkerSchema.parse((await readLock(path)).workers[ID])

const artifactsOf = ({ release }: LockedWorker) => release.variants[0]?.artifacts ?? []

/** Changes what a lock file says of the worker. */
async function edit(path: string, change: (locked: LockedWorker) => void): Promise<void> {
  const lock = await readLock(path)
  const locked = lockedWorkerSchema.parse(lock.workers[ID])
  change(locked)
  await writeFile(path, JSON.stringify({ ...lock, workers: { [ID]: locked } }))
}

describe('rbee.lock', () => {
  it('names what was installed: version, every digest, what was asked for and why', async () => {
    expect((await machine.hive('install', ID, '--auto')).code).toBe(0)
    const locked = await readWorker(lockOf(machine))
    expect(locked).toMatchObject({
      version: '0.2.0',
      registry: catalog.url,
      policy: { version: null, variant: null },
      chosen: {
        variant: 'cpu',
        reason: expect.stringContaining('cpu'),
        digest: expect.stringMatching(/^sha256:/),
      },
    })
    expect(locked.release.variants.map(({ name, artifacts }) => [name, artifacts.length])).toEqual([
      ['cuda', 1],
      ['cpu', 1],
    ])
  })

  it('gives another kind of host its own variant of the same release, though a newer one is there', async () => {
    await machine.hive('install', `${ID}@0.1.0`)
    await copyFile(lockOf(machine), join(other.home, '../shared.lock'))
    const gpu = await other.profile({ gpus: [NVIDIA] })
    const locked = ['--locked', '--lock', join(other.home, '../shared.lock'), '--host-profile', gpu]
    const result = await other.hive('install', ID, ...locked)
    expect(result).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/installed llm-worker 0\.1\.0 \(cuda\)/),
    })
    expect(await other.active(ID)).toMatch(/^0\.1\.0 /)
  })

  it('is kept to without the registry, where what it names is installed', async () => {
    await machine.hive('install', `${ID}@0.1.0`)
    await edit(lockOf(machine), (locked) => {
      locked.registry = 'http://127.0.0.1:9'
    })
    const result = await machine.hive('install', ID, '--locked')
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('is installed already') })
    expect(result.stderr).toContain('cannot be reached')
  })

  it.each([
    [
      'other bytes',
      'lock_mismatch',
      4,
      (locked: LockedWorker) => {
        for (const artifact of artifactsOf(locked))
          artifact.digest = digestSchema.parse(`sha256:${'0'.repeat(64)}`)
      },
    ],
    [
      'an artifact that the registry does not have',
      'lock_mismatch',
      4,
      (locked: LockedWorker) => {
        const [artifact] = artifactsOf(locked)
        if (artifact)
          artifactsOf(locked).push({ ...artifact, platform: platformSchema.parse('windows-aarch64') })
      },
    ],
    [
      'a choice that is none of its own',
      'state_damaged',
      4,
      (locked: LockedWorker) => {
        locked.chosen.variant = 'rocm'
      },
    ],
  ])('is refused where it names %s', async (_, code, exit, change) => {
    await machine.hive('install', `${ID}@0.1.0`)
    const before = await machine.active(ID)
    await edit(lockOf(machine), change)
    const result = await machine.hive('install', ID, '--locked', '--json')
    expect(result.code).toBe(exit)
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { code } })
    expect(await machine.active(ID)).toBe(before)
  })

  it('is refused where it changed on its way, and not where it was only laid out anew', async () => {
    await machine.hive('install', `${ID}@0.1.0`)
    const text = await readFile(lockOf(machine), 'utf8')
    await writeFile(lockOf(machine), text.replace('"timeout_seconds": 2', '"timeout_seconds": 9'))
    const changed = await machine.hive('install', ID, '--locked')
    expect(changed).toMatchObject({ code: 4, stderr: expect.stringContaining('its checksum differs') })
    const { workers, ...others } = JSON.parse(text) as Record<string, unknown>
    await writeFile(lockOf(machine), JSON.stringify({ workers, ...others }))
    expect((await machine.hive('install', ID, '--locked')).code).toBe(0)
  })

  it('is asked for by name, version and kind', async () => {
    const missing = await machine.hive('install', ID, '--locked')
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('(lock_missing)') })
    await machine.hive('install', `${ID}@0.1.0`)
    const version = await machine.hive('install', `${ID}@0.2.0`, '--locked')
    expect(version).toMatchObject({ code: 4, stderr: expect.stringContaining('(lock_mismatch)') })
    const source = await machine.hive('install', ID, '--locked', '--from', 'source')
    expect(source).toMatchObject({ code: 2, stderr: expect.stringContaining('other bytes') })
    expect((await machine.hive('install', `${ID}-cpu`, '--locked')).code).toBe(0)
  })

  it('follows updates, and forgets what is rolled back or removed', async () => {
    await machine.hive('install', `${ID}@0.1.0`)
    expect((await machine.hive('update', ID, '--dry-run')).code).toBe(0)
    expect((await readWorker(lockOf(machine))).version).toBe('0.1.0')
    expect((await machine.hive('update', ID)).code).toBe(0)
    const updated = await readWorker(lockOf(machine))
    expect(updated.version).toBe('0.2.0')
    expect(updated.policy, 'the variant was left open, and still is').toEqual({
      version: null,
      variant: null,
    })
    expect((await machine.hive('rollback', ID)).code).toBe(0)
    expect((await readLock(lockOf(machine))).workers).toEqual({})
    await machine.hive('install', ID)
    expect((await machine.hive('uninstall', ID)).code).toBe(0)
    expect((await readLock(lockOf(machine))).workers).toEqual({})
  })
})

describe('rbee-hive outdated', () => {
  it('tells what has a newer release, and what cannot be told', async () => {
    expect((await machine.hive('outdated')).stdout).toBe('nothing is installed\n')
    await machine.hive('install', `${ID}@0.1.0`)
    const result = await machine.hive('outdated')
    expect(result).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/llm-worker +0\.1\.0 \(cpu\) +0\.2\.0 /),
    })
    const json = await machine.hive('outdated', '--json')
    expect(JSON.parse(json.stdout).workers).toMatchObject([
      { worker: ID, installed: '0.1.0', latest: '0.2.0', outdated: true, problem: null },
    ])
    const away = await machine.hive('outdated', '--registry', 'http://127.0.0.1:9')
    expect(away).toMatchObject({ code: 0, stdout: expect.stringContaining('unknown: ') })
    await machine.hive('install', `${ID}@0.2.0`)
    expect((await machine.hive('outdated')).stdout).toContain(
      'every installed worker is at its newest release',
    )
  })
})
