import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readLease } from '@rbee/licences'
import { digestSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import { readHeldSeat, readLeaseText, seatFolder } from './held-seat.ts'
import { keepLicense } from './kept-licenses.ts'
import type { KeeperSurroundings } from './kept-seat.ts'
import { fingerprintOf, machineId } from './machine-id.ts'
import { type SeatKeeper, seatKeeper } from './seat-keeper.ts'
import { type SeatRegistry, startSeatRegistry, WORKER } from './testing/seat-registry.ts'

const LICENSE = 'c'.repeat(24)
const HOUR_MS = 3_600_000
const TIMES = { patience: 1_000, retry: 30, heartbeatMin: 20, heartbeatMax: 60_000 }
/** Heartbeats one after the other. */
const QUICK = { ...TIMES, heartbeatMax: 20 }

let home: HiveHome
let registry: SeatRegistry
let now: number
let told: string[]
const keepers: SeatKeeper[] = []
beforeEach(async () => {
  now = Date.UTC(2026, 10, 22)
  told = []
  registry = await startSeatRegistry(() => now)
  home = hiveHome(await mkdtemp(join(tmpdir(), 'rbee-keeper-')), '/')
  await keepLicense(home, registry.url, registry.token)
})
afterEach(async () => {
  for (const keeper of keepers.splice(0)) await keeper.end()
  await registry[Symbol.asyncDispose]()
  await rm(home.root, { recursive: true })
})

function aKeeper(more: Partial<KeeperSurroundings> = {}): SeatKeeper {
  const tell = (line: string) => told.push(line)
  const keeper = seatKeeper(home, WORKER, {
    env: {},
    cwd: '/',
    clock: () => now,
    tell,
    times: TIMES,
    ...more,
  })
  keepers.push(keeper)
  return keeper
}

function aBuild(more: Partial<InstalledBuild> = {}): InstalledBuild {
  return {
    ...{ version: '1.0.0', variant: 'cpu', platform: 'linux-x86_64', build: 'one', binary_name: WORKER },
    digest: digestSchema.parse(`sha256:${'a'.repeat(64)}`),
    ...{ run: null, selftest: null, registry: registry.url, gpu: null, reason: '', installed_at: '' },
    requires_license: true,
    ...more,
  }
}

const folder = () => seatFolder(home, registry.url, LICENSE)
const verbs = () => registry.asked.map(({ verb }) => verb)
const fingerprint = async () => fingerprintOf(LICENSE, await machineId(home))

/** Waits until something is so, for two seconds at most. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return
    await sleep(10)
  }
  throw new Error('it did not come to that')
}

describe('the seat of a worker that runs', () => {
  it('is nothing to a worker that is not sold', async () => {
    const { requires_license: _, ...free } = aBuild()
    expect(await aKeeper().variablesFor(free)).toEqual({})
    expect(registry.asked).toEqual([])
  })

  it('is taken before the start, and kept by heartbeats that rewrite the lease', async () => {
    const keeper = aKeeper({ times: QUICK })
    const variables = await keeper.variablesFor(aBuild())
    expect(variables).toEqual({
      RBEE_LICENSE_LEASE_FILE: folder().lease,
      RBEE_LICENSE_FINGERPRINT: await fingerprint(),
      RBEE_LICENSE_STATE_FILE: join(folder().path, `${WORKER}.state`),
    })
    const first = await readLeaseText(folder())
    now += 10_000
    await until(() => verbs().includes('heartbeat'))
    await until(async () => (await readLeaseText(folder())) !== first)
    expect(await keeper.variablesFor(aBuild())).toEqual(variables)
    expect(verbs().filter((verb) => verb === 'activate')).toHaveLength(1)
    await keeper.end()
    const asked = registry.asked.length
    await sleep(60)
    // A seat of a machine stays with it.
    expect([registry.asked.length, verbs().includes('release')]).toEqual([asked, false])
    expect(told).toEqual([])
  })

  it('goes on with the lease that is here while the registry is away', async () => {
    await aKeeper().variablesFor(aBuild())
    const lease = await readLeaseText(folder())
    const { url } = registry
    await registry[Symbol.asyncDispose]()
    now += 90 * 60_000
    const keeper = aKeeper()
    expect(await keeper.variablesFor(aBuild())).toMatchObject({ RBEE_LICENSE_LEASE_FILE: folder().lease })
    expect(await readLeaseText(folder())).toBe(lease)
    expect(told.join()).toContain('could not be renewed')
    expect(told.join()).toContain('it may run until 2026-11-22 02:00Z')
    expect(told).toHaveLength(1)
    expect(await readHeldSeat(folder())).toMatchObject({
      registry: url,
      problem: { code: 'registry_unreachable' },
    })
  })

  it('waits no longer than it may for a registry that says nothing', async () => {
    registry.refuse = () => 'silence'
    const begun = Date.now()
    const keeper = aKeeper({ times: { ...TIMES, patience: 100, retry: 60_000 } })
    expect(await keeper.variablesFor(aBuild())).toHaveProperty('RBEE_LICENSE_FINGERPRINT')
    expect(Date.now() - begun).toBeLessThan(5_000)
    expect(await readLeaseText(folder())).toBeNull()
  })

  it.each([
    ['revoked', { status: 403, code: 'license_refused', reason: 'revoked' }],
    ['taken away', { status: 404, code: 'seat_not_found', reason: 'released' }],
  ])('that was %s is over at once, until the registry gives it again', async (_, refusal) => {
    await aKeeper({ times: QUICK }).variablesFor(aBuild())
    registry.refuse = () => refusal
    await until(async () => (await readLeaseText(folder())) === null)
    await until(async () => (await readHeldSeat(folder()))?.problem?.code === refusal.code)
    await until(() => told.length === 1)
    registry.refuse = () => null
    await until(async () => (await readLeaseText(folder())) !== null)
    await until(() => told.length === 2)
    expect(told).toEqual([expect.stringContaining('the test refuses'), 'its licence is in order again'])
    expect(verbs().filter((verb) => verb === 'activate')).toHaveLength(1)
  })

  it('that the registry lost is taken anew, and what else it says is no reason to stop', async () => {
    await aKeeper().variablesFor(aBuild())
    const lease = await readLeaseText(folder())
    registry.refuse = (verb) =>
      verb === 'heartbeat' ? { status: 404, code: 'seat_not_found', reason: 'unknown' } : null
    now += 1_000
    await aKeeper().variablesFor(aBuild())
    expect(verbs()).toEqual(['activate', 'heartbeat', 'activate'])
    const second = await readLeaseText(folder())
    expect(second).not.toBe(lease)
    for (const reason of ['unknown', 'signature']) {
      registry.refuse = () => ({ status: 403, code: 'license_refused', reason })
      await aKeeper().variablesFor(aBuild())
      expect(await readLeaseText(folder())).toBe(second)
    }
  })

  it('is not to be had where all are taken: nothing starts', async () => {
    registry.refuse = () => ({ status: 403, code: 'seats_exhausted' })
    await expect(aKeeper().variablesFor(aBuild())).rejects.toMatchObject({ code: 'seats_exhausted' })
  })

  it('that floats is given back by the last one who uses it', async () => {
    registry.claims = { kind: 'floating' }
    const [one, other] = [aKeeper(), aKeeper()]
    await one.variablesFor(aBuild())
    await other.variablesFor(aBuild())
    // Left by a process that was killed.
    await writeFile(
      join(folder().users, `999999999.gone.${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`),
      '',
    )
    await one.end()
    expect(verbs()).not.toContain('release')
    await other.end()
    expect(verbs().at(-1)).toBe('release')
    expect([await readLeaseText(folder()), await readdir(folder().users)]).toEqual([null, []])
  })

  it('of another machine, in a home that was copied, is not taken for its own', async () => {
    await aKeeper().variablesFor(aBuild())
    const text = await readFile(folder().record, 'utf8')
    await writeFile(folder().record, text.replace(await fingerprint(), 'e'.repeat(64)))
    await aKeeper().variablesFor(aBuild())
    expect(verbs()).toEqual(['activate', 'activate'])
  })

  it('is had again where the home was put back from an old backup', async () => {
    await aKeeper().variablesFor(aBuild())
    now += 40 * 24 * HOUR_MS
    await aKeeper().variablesFor(aBuild())
    const read = await readLease(
      (await readLeaseText(folder())) ?? '',
      registry.signer.verifier,
      await fingerprint(),
      now,
    )
    expect(read.fault).toBeNull()
    expect(verbs()).toEqual(['activate', 'heartbeat'])
  })

  it('takes no lease by a clock that was turned back, and says so', async () => {
    await aKeeper().variablesFor(aBuild())
    const lease = await readLeaseText(folder())
    const keeper = aKeeper({ clock: () => now - 48 * HOUR_MS })
    await keeper.variablesFor(aBuild())
    expect(await readLeaseText(folder())).toBe(lease)
    expect(told.join()).toContain('the clock of this machine is 2880 minutes behind')
  })

  it('is told of where there is no licence', async () => {
    await rm(home.licenses)
    expect(await aKeeper().variablesFor(aBuild())).toEqual({})
    expect(told.join()).toContain('there is none of it here')
  })
})
