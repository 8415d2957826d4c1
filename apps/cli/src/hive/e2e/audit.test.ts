import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

const REASON = 'it sends prompts to somebody else'

let catalog: TestCatalog
let machine: Machine
let host: string
let isServing: boolean

beforeEach(async () => {
  catalog = await startCatalog()
  isServing = true
  machine = await aMachine(catalog.url)
  host = await machine.profile({})
  await publish('good-worker', '1.0.0')
  await publish('odd-worker', '1.0.0')
  for (const id of ['good-worker', 'odd-worker'])
    expect(await machine.hive('install', id, '--host-profile', host)).toMatchObject({ code: 0 })
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  if (isServing) await catalog[Symbol.asyncDispose]()
})

const publish = (id: string, version: string) =>
  catalog.publish({ id, version, variants: { cpu: program(id, `echo ${version}; exit 0`) } })
const audit = (...args: string[]) => machine.hiveJson('audit', ...args)
const quarantine = (id: string, version = '1.0.0') => catalog.change(id, version, 'quarantine', REASON)
const goAway = async () => {
  await catalog[Symbol.asyncDispose]()
  isServing = false
}

/** Changes what is kept of the list. */
async function changeKept(change: (list: Record<string, unknown>) => void): Promise<void> {
  const folder = join(machine.home, 'revocations')
  const [name = ''] = await readdir(folder)
  const kept = JSON.parse(await readFile(join(folder, name), 'utf8')) as { list: Record<string, unknown> }
  change(kept.list)
  await writeFile(join(folder, name), JSON.stringify(kept))
}

describe('rbee-hive audit', () => {
  it('is content where nothing is quarantined, and says how old the list is', async () => {
    const { code, value } = await audit()
    expect({ code, value }).toMatchObject({
      code: 0,
      value: {
        ok: true,
        lists: [{ registry: catalog.url, state: 'current', complete: true, problem: null }],
        workers: [
          { worker: 'good-worker', version: '1.0.0', role: 'active', quarantined: null, newer: null },
          { worker: 'odd-worker', quarantined: null, yanked: null, deprecated: null },
        ],
      },
    })
    const { stdout } = await machine.hive('audit')
    expect(stdout).toMatch(
      /^✓ good-worker 1\.0\.0 \(cpu\)\n✓ odd-worker .*\nlist \d+ of http.*good for 16\d h/,
    )
  })

  it('ends with 4 when something that is installed is quarantined, offline too', async () => {
    await quarantine('odd-worker')
    expect(await audit()).toMatchObject({
      code: 4,
      value: { ok: false, workers: [{ quarantined: null }, { worker: 'odd-worker', quarantined: REASON }] },
    })
    await goAway()
    const { code, value } = await audit('--offline')
    expect({ code, value }).toMatchObject({
      code: 4,
      value: { ok: false, lists: [{ state: 'current' }], workers: [{}, { quarantined: REASON }] },
    })
    const { stdout } = await machine.hive('audit', '--offline')
    expect(stdout).toContain(`✗ odd-worker 1.0.0 (cpu) is quarantined: ${REASON}`)
    expect(stdout).toContain('rbee-hive update odd-worker')
  })

  it('goes by the list that is kept while the registry is away, as long as it is good', async () => {
    await goAway()
    expect(await audit()).toMatchObject({
      code: 0,
      value: { ok: true, lists: [{ state: 'current', problem: { code: 'registry_unreachable' } }] },
    })
    await changeKept((list) => {
      list.issued_at = '2026-01-01T00:00:00.000Z'
      list.expires_at = '2026-01-08T00:00:00.000Z'
    })
    for (const args of [[], ['--offline']]) {
      expect(await audit(...args)).toMatchObject({
        code: 4,
        value: { ok: false, lists: [{ state: 'expired' }], workers: [{ quarantined: null }, {}] },
      })
    }
    expect((await machine.hive('audit', '--offline')).stdout).toContain('expired')
  })

  it('says what is withdrawn, deprecated and not the newest, and ends with 0', async () => {
    await publish('good-worker', '1.1.0')
    await catalog.change('odd-worker', '1.0.0', 'yank', 'crashes on start')
    const env = { RBEE_TOKEN: (await catalog.createToken('operator')).token }
    const deprecate = ['deprecate', 'odd-worker', '--reason', 'nobody looks after it']
    const told = machine.start('rbee-publish', [...deprecate, '--successor', 'good-worker'], env)
    expect(await told.finished).toMatchObject({ code: 0 })
    const { code, value } = await audit()
    expect({ code, value }).toMatchObject({
      code: 0,
      value: {
        workers: [
          { worker: 'good-worker', newer: '1.1.0' },
          {
            worker: 'odd-worker',
            yanked: 'crashes on start',
            deprecated: { message: 'nobody looks after it', successor: 'good-worker' },
          },
        ],
      },
    })
  })

  it('is content once the quarantined release is left behind', async () => {
    await publish('odd-worker', '1.1.0')
    await quarantine('odd-worker')
    expect(await audit()).toMatchObject({ code: 4 })
    expect(await machine.hive('update', 'odd-worker', '--host-profile', host)).toMatchObject({ code: 0 })
    expect(await audit()).toMatchObject({
      code: 0,
      value: {
        workers: [
          {},
          { version: '1.1.0', role: 'active', quarantined: null },
          { version: '1.0.0', role: 'previous', quarantined: REASON },
        ],
      },
    })
  })

  it('has nothing to say of an empty home', async () => {
    const empty = join(machine.folder, 'empty')
    expect(await audit('--home', empty)).toMatchObject({ code: 0, value: { ok: true, workers: [] } })
  })
})

describe('commands that withdraw', () => {
  const run = async (program: string, ...args: string[]) =>
    machine.start(program, args, { RBEE_TOKEN: (await catalog.createToken('operator')).token }).finished
  const versions = async () => {
    const answer = await fetch(`${catalog.url}/v1/workers/odd-worker/versions`)
    return (await answer.json()) as { releases: Record<string, unknown>[] }
  }

  it('yank a release and offer it again, with a reason', async () => {
    expect(await run('rbee-publish', 'yank', 'odd-worker@1.0.0')).toMatchObject({ code: 2 })
    expect(await run('rbee-publish', 'yank', 'odd-worker@1.0.0', '--reason', 'it crashes')).toMatchObject({
      code: 0,
      stdout: '✓ odd-worker 1.0.0 is withdrawn: it crashes\n',
    })
    expect((await versions()).releases).toMatchObject([{ yanked: 'it crashes' }])
    const back = await run('rbee-publish', 'unyank', 'odd-worker@1.0.0', '--reason', 'cured', '--json')
    expect(back.code).toBe(0)
    expect(JSON.parse(back.stdout)).toMatchObject({ worker: 'odd-worker', version: '1.0.0', yanked: null })
  })

  it('quarantine a release, confirm a fix, and show who did what', async () => {
    const release = 'odd-worker@1.0.0'
    expect(await run('rbee-catalog', 'quarantine', release, '--reason', REASON)).toMatchObject({ code: 0 })
    expect((await versions()).releases).toMatchObject([{ quarantined: REASON }])
    expect(await run('rbee-catalog', 'release', release, '--reason', 'no')).toMatchObject({ code: 0 })
    const fix = ['security-fix', release, '--reason', 'CVE-1']
    expect(await run('rbee-catalog', ...fix)).toMatchObject({ code: 0 })
    expect((await versions()).releases).toMatchObject([{ quarantined: null, security_fix: 'CVE-1' }])
    expect(await run('rbee-catalog', ...fix, '--undo')).toMatchObject({ code: 0 })
    const events = await run('rbee-catalog', 'events', 'odd-worker', '--json')
    expect(JSON.parse(events.stdout)).toMatchObject({
      events: [
        { kind: 'withdraw_security_fix' },
        { kind: 'confirm_security_fix', reason: 'CVE-1' },
        { kind: 'release_quarantine', reason: 'no' },
        { kind: 'quarantine', reason: REASON, version: '1.0.0' },
      ],
    })
  })

  it('say what is wrong with what they are given', async () => {
    for (const name of ['odd-worker', 'odd-worker@', 'Odd@1.0.0', 'odd-worker@1.0.0@2', '@1.0.0']) {
      const { code, stderr } = await run('rbee-catalog', 'quarantine', name, '--reason', 'x')
      expect({ name, code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('names no release'),
      })
    }
    const unknown = await run('rbee-catalog', 'quarantine', 'odd-worker@9.9.9', '--reason', 'x', '--json')
    expect(unknown.code).toBe(1)
    expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { code: 'release_not_found' } })
    const without = machine.start('rbee-publish', ['yank', 'odd-worker@1.0.0', '--reason', 'x'])
    expect(await without.finished).toMatchObject({ code: 2, stderr: expect.stringContaining('RBEE_TOKEN') })
  })
})
