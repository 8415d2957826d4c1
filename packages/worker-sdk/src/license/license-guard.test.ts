import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { LEASE_MAX } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FakeLease, type FakeLicense, fakeLicense, TEST_TIME } from '../testing/index.ts'
import type { OpenedGuard } from './guard.ts'
import { licenseGuard } from './license-guard.ts'

const WORKER = 'paid-worker'
const MINUTE = 60_000
const DAY = 86_400_000

let folder: string
let now: number
let fake: FakeLicense
let said: string[]
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rbee-guard-'))
  now = TEST_TIME
  said = []
  fake = fakeLicense({ worker: WORKER, folder })
})
afterEach(() => rm(folder, { recursive: true }))

function open(guard = fake.guard, env: Readonly<Record<string, string | undefined>> = fake.env): OpenedGuard {
  const say = (text: string) => void said.push(text)
  return guard.open({ worker: WORKER, env, clock: () => now, log: { info: say, warn: say } })
}

describe('the guard of a worker that is sold', () => {
  it('passes through valid, grace and refused with the clock, and says so once each', async () => {
    await fake.lease({ seconds: 60, graceSeconds: 60 })
    const guard = open()
    expect(await guard.check()).toEqual({ name: 'valid', until: TEST_TIME + MINUTE })
    now += MINUTE - 1
    expect((await guard.check()).name).toBe('valid')
    expect(said).toEqual([])
    now += 1
    for (const _ of [1, 2])
      expect(await guard.check()).toEqual({ name: 'grace', until: TEST_TIME + 2 * MINUTE })
    now += MINUTE - 1
    expect((await guard.check()).name).toBe('grace')
    now += 1
    for (const _ of [1, 2]) expect(await guard.check()).toMatchObject({ name: 'refused', reason: 'expired' })
    expect(said).toEqual([
      expect.stringContaining('serves until 2026-01-01T00:02:00Z'),
      expect.stringContaining('the grace behind it are over'),
    ])
    await fake.lease({ at: now })
    expect((await guard.check()).name).toBe('valid')
    expect(said.at(-1)).toBe('the licence is good until 2026-01-02T00:02:00Z')
  })

  it.each<[reason: string, lease: FakeLease]>([
    ['other_worker', { workers: ['another-worker'] }],
    ['other_machine', { fingerprint: 'a'.repeat(64) }],
    ['expired', { at: TEST_TIME - DAY, seconds: 60, graceSeconds: 60 }],
  ])('refuses a lease as %s', async (reason, lease) => {
    await fake.lease(lease)
    expect(await open().check()).toMatchObject({ name: 'refused', reason })
  })

  it('takes a lease for several workers', async () => {
    await fake.lease({ workers: ['another-worker', WORKER] })
    expect((await open().check()).name).toBe('valid')
  })

  it.each(['', 'rbee_seat_', 'rbee_seat_a.b.c', 'rbee_lic_a.b.c', '\u0000', 'x'.repeat(LEASE_MAX + 1)])(
    'refuses what is no lease: %j',
    async (text) => {
      await writeFile(fake.env.RBEE_LICENSE_LEASE_FILE ?? '', text)
      const state = await open().check()
      expect(state).toMatchObject({
        name: 'refused',
        reason: expect.stringMatching(/^(malformed|signature)$/),
      })
    },
  )

  it('refuses where there is none: no variable, no file, taken away while it runs', async () => {
    const none = { name: 'refused', reason: 'no_lease' }
    for (const env of [{}, { ...fake.env, RBEE_LICENSE_LEASE_FILE: '' }, fake.env])
      expect(await open(fake.guard, env).check()).toMatchObject(none)
    await fake.lease()
    const guard = open()
    expect((await guard.check()).name).toBe('valid')
    await fake.remove()
    expect(await guard.check()).toMatchObject(none)
    const noMachine = { ...fake.env, RBEE_LICENSE_FINGERPRINT: undefined }
    await fake.lease()
    expect(await open(fake.guard, noMachine).check()).toMatchObject({ reason: 'other_machine' })
  })

  it('goes on with the lease that it has read while the disk fails, and says so once', async () => {
    await fake.lease()
    const guard = open()
    await guard.check()
    await fake.remove()
    await mkdir(fake.env.RBEE_LICENSE_LEASE_FILE ?? '')
    for (const _ of [1, 2]) expect((await guard.check()).name).toBe('valid')
    expect(said).toEqual([expect.stringContaining('EISDIR')])
    expect(await open().check()).toMatchObject({ reason: 'no_lease' })
  })

  it('believes the pinned keys alone, each of them', async () => {
    await fake.lease()
    const { publicKey } = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(2)), 'the test').verifier
    expect(await open(licenseGuard({ keys: [publicKey] })).check()).toMatchObject({ reason: 'signature' })
    expect((await open(licenseGuard({ keys: [publicKey, fake.key] })).check()).name).toBe('valid')
    expect(() => licenseGuard({ keys: [] })).toThrow('without a key')
    expect(() => licenseGuard({ keys: [{ ...publicKey, key_id: fake.key.key_id }] })).toThrow('is no key')
  })
})

describe('a clock that is turned back', () => {
  it('opens nothing that is over, also not to a program that was started anew', async () => {
    await fake.lease({ seconds: 60, graceSeconds: 3600 })
    now += 30 * MINUTE
    expect((await open().check()).name).toBe('grace')
    now -= 4 * MINUTE
    expect((await open().check()).name).toBe('grace')
    now -= 3 * MINUTE
    expect(await open().check()).toEqual({
      name: 'clock_back',
      message:
        'the clock of this machine shows 2026-01-01T00:23:00Z, and it was 2026-01-01T00:30:00Z already',
      next: expect.stringContaining('set the clock'),
    })
    now += 30 * MINUTE
    expect((await open().check()).name).toBe('grace')
  })

  it('is seen by the time at which the lease was issued, also where nothing was kept', async () => {
    await fake.lease({ at: TEST_TIME })
    now -= 4 * MINUTE
    expect((await open().check()).name).toBe('valid')
    now -= 2 * MINUTE
    expect((await open().check()).name).toBe('clock_back')
  })

  it('that was ahead by mistake is made good by a lease that is issued later', async () => {
    await fake.lease()
    now += DAY / 2
    expect((await open().check()).name).toBe('valid')
    now = TEST_TIME + MINUTE
    expect((await open().check()).name).toBe('clock_back')
    await fake.lease({ at: now })
    expect((await open().check()).name).toBe('valid')
    await fake.lease({ at: TEST_TIME })
    now += DAY / 2
    expect((await open().check()).name).toBe('valid')
  })

  it('far beyond the lease leaves nothing behind', async () => {
    await fake.lease()
    now = Date.UTC(2100, 0)
    expect((await open().check()).name).toBe('refused')
    now = TEST_TIME
    expect((await open().check()).name).toBe('valid')
  })

  it('is kept for its owner alone; what is damaged, or cannot be written, is said and endured', async () => {
    await fake.lease()
    await open().check()
    const file = fake.env.RBEE_LICENSE_STATE_FILE ?? ''
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ highest: now, issued: now / 1000 })
    await writeFile(file, '{"highest":')
    expect((await open().check()).name).toBe('valid')
    const nowhere = open(fake.guard, {
      ...fake.env,
      RBEE_LICENSE_STATE_FILE: path.join(folder, 'no', 'file'),
    })
    expect((await nowhere.check()).name).toBe('valid')
    now += 2 * MINUTE
    expect((await nowhere.check()).name).toBe('valid')
    expect(said).toEqual([expect.stringContaining('ENOENT')])
    now -= 10 * MINUTE
    expect((await nowhere.check()).name).toBe('clock_back')
  })
})
