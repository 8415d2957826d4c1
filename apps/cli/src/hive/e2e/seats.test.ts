import { readFile } from 'node:fs/promises'
import type { Caller } from '@rbee/registry'
import { licenseInputSchema } from '@rbee/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

const ID = 'seated-worker'
const OPERATOR: Caller = { tokenId: 'operator', scope: 'operator', worker: null }
const ELSEWHERE = 'f'.repeat(64)

/** Passes its self-test with a lease alone, and answers with what it was told of its seat. */
const SCRIPT = [
  '[ "$1" = --self-test ] && { grep -q ^rbee_seat_ "$RBEE_LICENSE_LEASE_FILE"; exit; }',
  `exec ${process.execPath} -e '
    const { readFileSync } = require("fs")
    const { RBEE_LICENSE_LEASE_FILE: file, RBEE_LICENSE_FINGERPRINT: fingerprint, RBEE_LICENSE_STATE_FILE: state } = process.env
    require("http").createServer((_, answer) => {
      answer.end(JSON.stringify({ lease: readFileSync(file, "utf8").trim(), fingerprint, state }))
    }).listen(process.argv[1], "127.0.0.1")' "$2"`,
].join('\n')

let catalog: TestCatalog
let machine: Machine
let host: string

beforeAll(async () => {
  catalog = await startCatalog()
  const manifest = {
    license: 'Proprietary',
    pricing: { model: 'one-time', price_usd: 5, purchase_url: 'https://shop.example/' } as const,
    run: { command: [`bin/${ID}`], port_flag: '--port' },
  }
  await catalog.publish({ id: ID, variants: { cpu: program(ID, SCRIPT) }, manifest })
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  machine = await aMachine(catalog.url)
  await machine.trust()
  host = await machine.profile({})
})
afterEach(() => machine[Symbol.asyncDispose]())

async function issue(more: object = {}): Promise<{ token: string; id: string }> {
  const input = licenseInputSchema.parse({ customer: 'ACME', workers: [ID], seats: 1, ...more })
  const { token, license } = await catalog.registry.issueLicense(OPERATOR, input)
  return { token, id: license.id }
}
const install = (token: string, ...args: string[]) =>
  machine.start('rbee-hive', ['install', ID, '--host-profile', host, ...args], { RBEE_LICENSE_TOKEN: token })
const seats = (id: string) => catalog.registry.listSeats(OPERATOR, id, { limit: 10, cursor: null })
const usedOf = async (id: string) => (await seats(id)).used

describe('a seat of a licence', () => {
  it('is taken by an install before it fetches anything, shown, and given back', async () => {
    const { token, id } = await issue()
    await catalog.registry.activateSeat({ token, fingerprint: ELSEWHERE })
    const planned = await install(token, '--dry-run', '--json').finished
    expect(JSON.parse(planned.stdout).warnings).toContainEqual(
      expect.objectContaining({ code: 'license_seat' }),
    )
    const refused = await install(token).finished
    expect([refused.code, refused.stderr]).toEqual([7, expect.stringContaining('seats_exhausted')])
    expect(refused.stderr).toContain('rbee-hive license release')
    expect([await machine.active(ID), await machine.staging()]).toEqual([null, []])

    await catalog.registry.takeSeatAway(OPERATOR, id, ELSEWHERE)
    const installed = await install(token).finished
    expect(installed.code, installed.stderr).toBe(0)
    expect(installed.stderr).toContain(`this machine has a seat of the licence ${id}; 1 of 1 in use`)
    const { value } = await machine.hiveJson('license', 'list')
    const [listed] = (value as { licenses: { fingerprint: string }[] }).licenses
    expect(listed).toMatchObject({ id, seat: { state: 'active', kind: 'machine', problem: null } })
    expect((await seats(id)).seats).toMatchObject([{ fingerprint: listed?.fingerprint }])

    const removed = await machine.hive('uninstall', ID, '--release-seat')
    expect([removed.code, removed.stdout]).toEqual([0, expect.stringContaining(`released its seat`)])
    expect(await usedOf(id)).toBe(0)
  })

  it('that floats is told to the worker, and free when that was stopped', async () => {
    const { token, id } = await issue({ floating: true })
    expect((await install(token).finished).code).toBe(0)
    const { url, log } = await machine.runDetached(ID)
    const [seat] = (await seats(id)).seats
    const told = JSON.parse(await (await fetch(url)).text())
    expect(told).toMatchObject({ fingerprint: seat?.fingerprint })
    expect(told.lease).toMatch(/^rbee_seat_/)
    expect(told.state).toMatch(/\.state$/)
    expect(await usedOf(id)).toBe(1)
    expect((await machine.hive('stop', ID)).code).toBe(0)
    expect(await usedOf(id)).toBe(0)
    expect(await readFile(log, 'utf8')).not.toContain('licence')
  })

  it('is no second one after a kill between taking it and fetching the worker', async () => {
    const { token, id } = await issue()
    const killed = install(token)
    await killed.says('this machine has a seat')
    killed.child.kill('SIGKILL')
    await killed.finished
    expect(await usedOf(id)).toBe(1)
    const again = await install(token).finished
    expect(again.code, again.stderr).toBe(0)
    expect(await usedOf(id)).toBe(1)
    const left = await machine.hive('uninstall', ID)
    expect(left.stderr).toContain(`rbee-hive license release ${id}`)
    expect((await machine.hive('license', 'release')).stdout).toContain('0 of 1 in use')
    expect((await machine.hive('license', 'activate', '--label', 'rack 3')).code).toBe(0)
    expect((await seats(id)).seats).toMatchObject([{ label: 'rack 3' }])
    expect((await machine.hive('license', 'remove', id)).stderr).toContain('free for another machine')
    expect(await usedOf(id)).toBe(0)
  })
})
