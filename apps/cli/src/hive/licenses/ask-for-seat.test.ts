import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rbee/api-client'
import { licenseSignerOf, newLicenseKey, readLease } from '@rbee/licences'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hiveHome } from '../home.ts'
import { askForSeat, releaseHeldSeat, type SeatAsker } from './ask-for-seat.ts'
import { readHeldSeat, readLeaseText, seatFolder } from './held-seat.ts'
import { fingerprintOf, machineId } from './machine-id.ts'
import { type SeatRegistry, startSeatRegistry } from './testing/seat-registry.ts'

const LICENSE = 'c'.repeat(24)
const ACTIVATE = { kind: 'activate' } as const

let root: string
let registry: SeatRegistry
let asker: SeatAsker
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rbee-seats-'))
  registry = await startSeatRegistry()
  asker = askerAt(root)
})
afterEach(async () => {
  await registry[Symbol.asyncDispose]()
  await rm(root, { recursive: true })
})

function askerAt(home: string, clock: () => number = Date.now): SeatAsker {
  const client = createClient({ registry: registry.url, timeoutMs: 2_000 })
  return { home: hiveHome(home, '/'), registry: registry.url, client, clock }
}
const folder = () => seatFolder(asker.home, registry.url, LICENSE)

describe('a seat of a licence', () => {
  it('is kept with a lease that workers read, for its owner alone', async () => {
    const seat = await askForSeat(asker, registry.token, ACTIVATE)
    const fingerprint = fingerprintOf(LICENSE, await machineId(asker.home))
    expect(seat).toMatchObject({ license_id: LICENSE, fingerprint, kind: 'machine', problem: null })
    expect(await readHeldSeat(folder())).toEqual(seat)
    const lease = (await readLeaseText(folder())) ?? ''
    const read = await readLease(lease, registry.signer.verifier, fingerprint, Date.now())
    expect(read.fault).toBeNull()
    for (const file of [folder().lease, folder().record])
      expect((await stat(file)).mode & 0o777, file).toBe(0o600)
    expect((await stat(folder().path)).mode & 0o777).toBe(0o700)
    expect(await readFile(folder().record, 'utf8')).not.toContain(registry.token.slice(0, 40))
  })

  it('is given back, also where this machine forgot it', async () => {
    await askForSeat(asker, registry.token, ACTIVATE)
    expect(await releaseHeldSeat(asker, registry.token)).toEqual({ total: 2, used: 0 })
    expect([await readHeldSeat(folder()), await readLeaseText(folder())]).toEqual([null, null])
    await releaseHeldSeat(asker, registry.token)
  })

  it.each<[string, (registry: SeatRegistry) => void, string]>([
    [
      'is for another machine',
      (one) => Object.assign(one.claims, { fingerprint: 'f'.repeat(64) }),
      'another machine',
    ],
    ['is of another licence', (one) => Object.assign(one.claims, { jti: 'd'.repeat(24) }), 'another licence'],
    [
      'is signed with another key',
      (one) => {
        one.leaseSigner = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(9)), 'the test')
      },
      'its key did not sign',
    ],
  ])('whose lease %s is not believed, and the one before stays', async (_, lie, word) => {
    await askForSeat(asker, registry.token, ACTIVATE)
    const before = await readLeaseText(folder())
    lie(registry)
    await expect(askForSeat(asker, registry.token, { kind: 'heartbeat' })).rejects.toMatchObject({
      code: 'registry_invalid',
      message: expect.stringContaining(word),
    })
    expect(await readLeaseText(folder())).toBe(before)
  })

  it('is not believed from a registry that shows another key than that of the licence', async () => {
    const other = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(9)), 'the test')
    const getLicenseKey = async () => other.verifier.publicKey
    registry.leaseSigner = other
    const lying = { ...asker, client: { ...asker.client, getLicenseKey } }
    await expect(askForSeat(lying, registry.token, ACTIVATE)).rejects.toMatchObject({
      code: 'registry_invalid',
      message: expect.stringContaining('did not sign this licence'),
    })
    expect(await readLeaseText(folder())).toBeNull()
  })

  it('is not waited for without an end', async () => {
    registry.refuse = () => 'endless'
    await expect(askForSeat(asker, registry.token, ACTIVATE)).rejects.toMatchObject({
      code: 'registry_invalid',
    })
    expect(await readLeaseText(folder())).toBeNull()
  })

  it.each([
    ['behind', -3 * 3_600_000],
    ['ahead of', 3 * 3_600_000],
  ])('is none where the clock of this machine is hours %s the registry', async (side, by) => {
    const wrong = askerAt(root, () => Date.now() + by)
    await expect(askForSeat(wrong, registry.token, ACTIVATE)).rejects.toMatchObject({
      code: 'license_refused',
      message: expect.stringContaining(`180 minutes ${side} that of the registry`),
      details: { reason: 'clock' },
    })
  })

  it('is not asked for where it could not be kept', async () => {
    const place = join(root, 'full')
    await mkdir(place)
    await writeFile(join(place, 'seats'), 'a file where the folder should be')
    const failure = askForSeat(askerAt(place), registry.token, ACTIVATE)
    await expect(failure).rejects.toMatchObject({ code: 'setting_invalid' })
    expect(registry.asked).toEqual([])
  })
})
