import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleFiles } from '../supervise/testing/sample-worker.ts'
import { startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'
import { aMirror, type Mirror } from './mirror.ts'

const ID = 'sample-worker'
const REASON = 'it sends prompts to somebody else'

let catalog: TestCatalog
let mirror: Mirror
let machine: Machine
let host: string

beforeEach(async () => {
  catalog = await startCatalog()
  mirror = await aMirror(catalog.url)
  machine = await aMachine(mirror.url)
  host = await machine.profile({})
  await publish('1.0.0')
  expect(await install()).toMatchObject({ code: 0 })
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

const publish = (version: string) =>
  catalog.publish({
    id: ID,
    version,
    variants: { cpu: sampleFiles(ID, { version }) },
    manifest: { run: { command: [`bin/${ID}`], port_flag: '--port' } },
  })
const install = (address = ID, ...args: string[]) =>
  machine.hive('install', address, '--host-profile', host, ...args)
const quarantine = (version = '1.0.0') => catalog.change(ID, version, 'quarantine', REASON)
const runDetached = () => machine.hiveJson('run', ID, '--detach')
const keptLists = () => readdir(join(machine.home, 'revocations'))

describe('a quarantined release', () => {
  it('is not installed, whatever version is asked for', async () => {
    await publish('1.1.0')
    await quarantine('1.1.0')
    const named = await machine.hiveJson('install', `${ID}@1.1.0`, '--host-profile', host)
    expect(named).toMatchObject({ code: 4, value: { error: { code: 'quarantined' } } })
    expect(await machine.active(ID)).toBe('1.0.0 cpu')
  })

  it('is not started, and its user is told why and what to do', async () => {
    await quarantine()
    const { code, stderr } = await machine.hive('run', ID)
    expect(code).toBe(4)
    expect(stderr).toContain(`${ID} 1.0.0 (cpu) is quarantined since`)
    expect(stderr).toContain(REASON)
    expect(stderr).toContain(`rbee-hive update ${ID}`)
    expect(stderr).toContain(`rbee-hive rollback ${ID}`)
    expect(await runDetached()).toMatchObject({
      code: 4,
      value: { error: { code: 'quarantined', message: expect.stringContaining(REASON) } },
    })
    await catalog.change(ID, '1.0.0', 'release_quarantine', 'it does not')
    expect(await runDetached()).toMatchObject({ code: 0 })
  })

  it('is not started either where the registry is away, by the list that came before', async () => {
    await quarantine()
    expect(await machine.hive('run', ID)).toMatchObject({ code: 4 })
    await mirror[Symbol.asyncDispose]()
    expect(await machine.hive('run', ID)).toMatchObject({ code: 4 })
  })

  it('is not started either where somebody says that nothing is quarantined: only a signed list is believed', async () => {
    await quarantine()
    const nothing = {
      sequence: 9_999_999_999,
      issued_at: '2026-01-01T00:00:00.000Z',
      expires_at: '2126-01-01T00:00:00.000Z',
      total: 0,
      releases: [],
    }
    mirror.document = (path, text) => (path === '/v1/revocations' ? JSON.stringify(nothing) : text)
    expect(await machine.hive('run', ID)).toMatchObject({ code: 4 })
    expect(await machine.hive('audit')).toMatchObject({ code: 4 })
  })

  it.each([
    ['changed', (text: string) => `${text} `],
    ['cut off', (text: string) => text.slice(0, -1)],
  ])('is not started either by a signed list that was %s, where one came before', async (_, change) => {
    await quarantine()
    expect(await machine.hive('run', ID)).toMatchObject({ code: 4 })
    await catalog.change(ID, '1.0.0', 'release_quarantine', 'it does not')
    mirror.document = (path, text) => (path.includes('revocations.json') ? change(text) : text)
    const { code, stderr } = await machine.hive('run', ID)
    expect(code).toBe(4)
    expect(stderr).toContain('warning:')
  })

  it('is started where nothing was ever heard of the quarantine: a network is not needed to run', async () => {
    await mirror[Symbol.asyncDispose]()
    await quarantine()
    expect(await runDetached()).toMatchObject({ code: 0 })
  })

  it('is left behind with update, and rollback does not go back to it', async () => {
    await publish('1.1.0')
    await quarantine()
    const updated = await machine.hiveJson('update', ID, '--host-profile', host)
    expect(updated).toMatchObject({ code: 0, value: { workers: [{ to: { version: '1.1.0' } }] } })
    expect(await runDetached()).toMatchObject({ code: 0 })
    const back = await machine.hiveJson('rollback', ID)
    expect(back).toMatchObject({
      code: 4,
      value: { error: { code: 'quarantined', next: expect.not.stringContaining('rollback') } },
    })
    expect(await machine.active(ID)).toBe('1.1.0 cpu')
    await machine.hive('stop', ID)
    expect(await machine.hiveJson('rollback', ID)).toMatchObject({ code: 4 })
  })

  it('shows in status while it runs', async () => {
    expect(await runDetached()).toMatchObject({ code: 0 })
    await quarantine()
    expect(await machine.hive('audit')).toMatchObject({ code: 4 })
    const { stderr, value } = await machine.hiveJson('status')
    expect(value).toMatchObject({ workers: [{ id: ID, state: 'running', quarantined: REASON }] })
    expect(stderr).toContain(REASON)
  })

  it('is known again where the file with the list was damaged', async () => {
    await quarantine()
    expect(await machine.hive('run', ID)).toMatchObject({ code: 4 })
    const [name = ''] = await keptLists()
    const file = join(machine.home, 'revocations', name)
    await writeFile(file, '{')
    expect(await machine.hive('run', ID)).toMatchObject({ code: 4 })
    await rm(file)
    expect(await machine.hive('run', ID)).toMatchObject({ code: 4 })
  })
})
