import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

const ID = 'aged-worker'
const HOUR = 3_600_000

let catalog: TestCatalog
let machine: Machine
let host: string
/** How long ago the server thinks it is. */
let ago: number

beforeEach(async () => {
  ago = 0
  catalog = await startCatalog(() => Date.now() - ago)
  machine = await aMachine(catalog.url)
  host = await machine.profile({})
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

async function publish(version: string, hoursAgo: number): Promise<void> {
  ago = hoursAgo * HOUR
  await catalog.publish({ id: ID, version, variants: { cpu: program(ID, `exit 0 # ${version}`) } })
  ago = 0
  // Metadata that was signed so long ago has expired: another release of today has it signed anew.
  const today = 'worker-of-today'
  await catalog.publish({ id: today, version, variants: { cpu: program(today, `exit 0 # ${version}`) } })
}

const plan = async (...args: string[]) => {
  const { value } = await machine.hiveJson('install', ID, '--host-profile', host, '--dry-run', ...args)
  const { version, warnings } = value as { version: string; warnings: { code: string; message: string }[] }
  return { version, codes: warnings.map(({ code }) => code), text: warnings.map(({ message }) => message) }
}
const update = async (...args: string[]) => {
  const { value } = await machine.hiveJson('update', ID, '--host-profile', host, ...args)
  return (value as { workers: { status: string; to: { version: string }; reason: string }[] }).workers[0]
}

describe('a young release', () => {
  it('gives way to the newest that is old enough, and the plan says so', async () => {
    await publish('1.0.0', 400)
    await publish('1.1.0', 73)
    await publish('1.2.0', 71)
    expect(await plan('--auto')).toEqual({
      version: '1.1.0',
      codes: ['newer_held_back'],
      text: [expect.stringMatching(/^aged-worker 1\.2\.0 was published 71 h 0 min ago, .* 72 h/)],
    })
    expect(await plan('--auto', '--now')).toMatchObject({ version: '1.2.0', codes: [] })
    expect(await plan('--auto', '--cooldown', '70h')).toMatchObject({ version: '1.2.0', codes: [] })
    expect(await plan('--auto', '--cooldown', '10d')).toMatchObject({ version: '1.0.0' })
    expect(await plan('--version', '1.2.0')).toMatchObject({ version: '1.2.0', codes: [] })
  })

  it('is taken where there is no other, and the plan states its age', async () => {
    await publish('1.0.0', 2)
    await publish('1.1.0', 1)
    expect(await plan('--auto')).toEqual({
      version: '1.1.0',
      codes: ['young_release'],
      text: [expect.stringContaining('aged-worker 1.1.0 was published 1 h 0 min ago')],
    })
    expect(await plan('--auto', '--cooldown', '0')).toMatchObject({ codes: [] })
  })

  it('is taken when what is older is withdrawn', async () => {
    await publish('1.0.0', 400)
    await publish('1.1.0', 1)
    await catalog.change(ID, '1.0.0', 'yank', 'broken')
    expect(await plan('--auto')).toMatchObject({ version: '1.1.0', codes: ['young_release'] })
  })

  it('is taken at once where an operator confirmed that it cures a security problem', async () => {
    await publish('1.0.0', 400)
    await publish('1.1.0', 2)
    await publish('1.2.0', 1)
    await catalog.change(ID, '1.1.0', 'confirm_security_fix', 'CVE-1')
    expect(await plan('--auto')).toMatchObject({ version: '1.1.0', codes: ['newer_held_back'] })
    await catalog.change(ID, '1.2.0', 'confirm_security_fix', 'CVE-1, once more')
    expect(await plan('--auto')).toMatchObject({ version: '1.2.0', codes: [] })
  })

  it('is not taken by an update yet, and by one with --now', async () => {
    await publish('1.0.0', 400)
    expect(await machine.hive('install', ID, '--host-profile', host)).toMatchObject({ code: 0 })
    await publish('1.1.0', 1)
    expect(await update()).toMatchObject({
      status: 'current',
      to: { version: '1.0.0' },
      reason: expect.stringMatching(/^1\.0\.0 stays: aged-worker 1\.1\.0 was published 1 h/),
    })
    expect(await update('--now')).toMatchObject({ status: 'updated', to: { version: '1.1.0' } })
    // Nothing older takes the place of what is installed.
    await publish('1.2.0', 0.5)
    expect(await plan('--auto')).toMatchObject({ version: '1.2.0', codes: ['young_release'] })
  })

  it('is taken by an update that leaves a quarantined release behind', async () => {
    await publish('1.0.0', 400)
    expect(await machine.hive('install', ID, '--host-profile', host)).toMatchObject({ code: 0 })
    await publish('1.1.0', 1)
    await catalog.change(ID, '1.0.0', 'quarantine', 'it harms')
    expect(await update()).toMatchObject({ status: 'updated', to: { version: '1.1.0' } })
  })

  it('waits as long as RBEE_COOLDOWN says', async () => {
    await publish('1.0.0', 400)
    await publish('1.1.0', 30)
    const args = ['--json', 'install', ID, '--host-profile', host, '--dry-run']
    const { stdout } = await machine.start('rbee-hive', args, { RBEE_COOLDOWN: '24h' }).finished
    expect(JSON.parse(stdout)).toMatchObject({ version: '1.1.0', warnings: [] })
    const wrong = await machine.start('rbee-hive', args, { RBEE_COOLDOWN: 'soon' }).finished
    expect(wrong).toMatchObject({ code: 2, stdout: expect.stringContaining('RBEE_COOLDOWN') })
  })
})
