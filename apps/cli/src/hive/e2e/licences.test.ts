import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pricing } from '@rbee/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine, type Outcome } from './machine.ts'

const ID = 'paid-worker'
const PURCHASE = 'https://shop.example/paid-worker'
const PRICING: Pricing = {
  ...{ model: 'subscription', price_usd: 49, interval: 'month', trial_days: 14 },
  purchase_url: PURCHASE,
}

/** Answers whatever it is asked, which is how `run` learns that it is ready. */
const SERVE = `exec ${process.execPath} -e 'require("http").createServer((_, answer) => answer.end("paid")).listen(process.argv[1], "127.0.0.1")' "$2"`

let catalog: TestCatalog
let machine: Machine
let host: string
let operator: Record<string, string>

beforeAll(async () => {
  catalog = await startCatalog()
  const manifest = {
    license: 'Proprietary',
    pricing: PRICING,
    run: { command: [`bin/${ID}`], port_flag: '--port' },
  }
  const script = `[ "$1" = --self-test ] && exit 0\n[ -z "$RBEE_LICENSE_TOKEN$RBEE_LICENSE_KEY" ] || exit 9\n${SERVE}`
  await catalog.publish({ id: ID, variants: { cpu: program(ID, script) }, manifest })
  operator = { RBEE_TOKEN: (await catalog.createToken('operator')).token }
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  machine = await aMachine(catalog.url)
  await machine.trust()
  host = await machine.profile({})
})
afterEach(() => machine[Symbol.asyncDispose]())

const catalogCommand = (...args: string[]) => machine.start('rbee-catalog', args, operator).finished
const install = (env: Record<string, string> = {}, ...args: string[]) =>
  machine.start('rbee-hive', ['install', ID, '--host-profile', host, ...args], env).finished

async function issue(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await catalogCommand(
    ...['license', 'issue', '--customer', 'ACME GmbH', '--registry', catalog.url, ...args],
  )
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^rbee_lic_[\w-]+\.[\w-]+\.[\w-]+\n$/)
  return stdout.trim()
}

const idOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).jti

function expectRefusal({ code, stderr }: Outcome, word: string): void {
  expect(code, stderr).toBe(7)
  expect(stderr).toContain(word)
  expect(stderr).toContain(PURCHASE)
  expect(stderr).not.toContain('rbee_lic_ey')
}

describe('a premium worker', () => {
  it('is refused, sold, installed, run, revoked and refused', async () => {
    const without = await install()
    expectRefusal(without, 'license_required')
    expect(without.stderr).toContain('49 US$ a month, 14 days of trial')
    expect(await machine.active(ID)).toBeNull()
    expect(await machine.staging()).toEqual([])

    const token = await issue('--worker', ID, '--seats', '2', '--expires', '30d')
    const added = await machine.start('rbee-hive', ['license', 'add'], { RBEE_LICENSE_TOKEN: token }).finished
    expect(added.code, added.stderr).toBe(0)
    const file = join(machine.home, 'licenses.json')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const { value } = await machine.hiveJson('license', 'list')
    expect(value).toMatchObject({
      licenses: [{ id: idOf(token), customer: 'ACME GmbH', workers: [ID], seats: 2, expired: false }],
    })
    expect(JSON.stringify(value)).not.toContain(token.slice(0, 40))

    const installed = await install()
    expect(installed.code, installed.stderr).toBe(0)
    expect(await machine.active(ID)).toBe('0.1.0 cpu')
    const { url, log } = await machine.runDetached(ID)
    expect(await (await fetch(url)).text()).toBe('paid')
    expect((await machine.hive('stop', ID)).code).toBe(0)
    for (const text of [
      installed.stdout,
      installed.stderr,
      added.stdout,
      added.stderr,
      await readFile(log, 'utf8'),
    ])
      expect(text).not.toContain(token.slice(0, 40))

    const revoked = await catalogCommand(
      ...['license', 'revoke', idOf(token), '--reason', 'refunded', '--registry', catalog.url],
    )
    expect(revoked.code, revoked.stderr).toBe(0)
    expect(revoked.stdout).toContain('revoked')
    expect((await machine.hive('uninstall', ID)).code).toBe(0)
    const refused = await install()
    expectRefusal(refused, 'license_refused')
    expect(refused.stderr).toContain('was revoked')
    const again = await machine.start('rbee-hive', ['license', 'add'], { RBEE_LICENSE_TOKEN: token }).finished
    expect([again.code, again.stderr]).toEqual([7, expect.stringContaining('revoked')])
    expect((await machine.hive('license', 'remove', idOf(token))).code).toBe(0)
    expectRefusal(await install(), 'license_required')
    expect((await machine.hive('license', 'remove', idOf(token))).code).toBe(1)
  })

  it('is handed to a trial, however the licence is given', async () => {
    const token = await issue('--worker', ID, '--trial', '14')
    const file = join(machine.folder, 'licence.txt')
    await writeFile(file, `${token}\n`)
    const ways: [env: Record<string, string>, args: string[]][] = [
      [{}, ['--license', token]],
      [{ RBEE_LICENSE_KEY: file }, []],
    ]
    for (const [env, args] of ways) {
      const outcome = await install(env, ...args)
      expect(outcome.code, outcome.stderr).toBe(0)
      expect((await machine.hive('uninstall', ID)).code).toBe(0)
    }
    const listed = await catalogCommand('license', 'list', '--registry', catalog.url, '--json')
    expect(JSON.parse(listed.stdout).licenses).toContainEqual(
      expect.objectContaining({ id: idOf(token), trial: true, status: 'active' }),
    )
    const extended = await catalogCommand(
      ...['license', 'extend', idOf(token), '--expires', '90d', '--registry', catalog.url],
    )
    expect([extended.code, extended.stdout.startsWith('rbee_lic_')]).toEqual([0, true])
  })

  it('is refused where what is given is no licence, which no message repeats', async () => {
    const { code, stderr } = await install({ RBEE_LICENSE_TOKEN: 'rbee_lic_hunter2\nX-Other: 1' })
    expect([code, stderr]).toEqual([7, expect.stringContaining('license_refused')])
    expect(stderr).not.toContain('hunter2')
  })
})
