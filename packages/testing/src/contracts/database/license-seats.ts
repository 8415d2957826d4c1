import type { Database, SeatClaim } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aLicenseRow } from '../../rows.ts'

const LICENSE = aLicenseRow().id

function aClaim(machine: number, overrides: Partial<SeatClaim> = {}): SeatClaim {
  return {
    license: LICENSE,
    fingerprint: machine.toString(16).padStart(64, '0'),
    label: `machine ${machine}`,
    seenAt: 2_000,
    leaseEndsAt: 3_000,
    takesNew: true,
    seatsMax: 100,
    ...overrides,
  }
}

const row = ({ takesNew: _, seatsMax: __, ...seat }: SeatClaim) => ({ ...seat, activatedAt: seat.seenAt })

export function licenseSeats(fresh: () => Promise<Database>): void {
  const withLicense = async (overrides: Parameters<typeof aLicenseRow>[0] = {}) => {
    const db = await fresh()
    await db.insertLicense(aLicenseRow({ seats: 2, ...overrides }))
    return db
  }

  it('are taken until there are none, and once by each machine', async () => {
    const db = await withLicense()
    const first = await db.claimSeat(aClaim(1))
    expect(first).toEqual({ seat: row(aClaim(1)), used: 1, releasedAt: null })
    const again = await db.claimSeat(aClaim(1, { seenAt: 2_500, leaseEndsAt: 3_500, label: null }))
    const renewed = { ...row(aClaim(1)), seenAt: 2_500, leaseEndsAt: 3_500 }
    expect(again).toEqual({ seat: renewed, used: 1, releasedAt: null })
    expect(await db.claimSeat(aClaim(2))).toMatchObject({ used: 2 })
    expect(await db.claimSeat(aClaim(3))).toEqual({ seat: null, used: 2, releasedAt: null })
    expect((await db.claimSeat(aClaim(1, { seenAt: 9_999 }))).seat).toBeNull()
  })

  it('go to exactly as many machines as there are seats, however many ask at once', async () => {
    const db = await withLicense({ seats: 3 })
    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, machine) => db.claimSeat(aClaim(machine))),
    )
    expect(claims.filter(({ seat }) => seat !== null)).toHaveLength(3)
    expect((await db.listSeats(LICENSE, 2_000, { limit: 10 })).used).toBe(3)
  })

  it.each([false, true])('are free when their lease has ended, where they float: %s', async (floating) => {
    const db = await withLicense({ seats: 1, floating })
    await db.claimSeat(aClaim(1))
    const before = aClaim(2, { seenAt: 2_999, leaseEndsAt: 4_000 })
    expect((await db.claimSeat(before)).seat).toBeNull()
    const after = aClaim(2, { seenAt: 3_000, leaseEndsAt: 4_000 })
    expect((await db.claimSeat(after)).seat).toEqual(floating ? row(after) : null)
    const { seats, used } = await db.listSeats(LICENSE, 3_000, { limit: 10 })
    expect([seats.map(({ label }) => label), used]).toEqual([[floating ? 'machine 2' : 'machine 1'], 1])
  })

  it('are gone on with by the machines that have one', async () => {
    const db = await withLicense({ seats: 1 })
    expect((await db.claimSeat(aClaim(1, { takesNew: false }))).seat).toBeNull()
    await db.claimSeat(aClaim(1))
    expect((await db.claimSeat(aClaim(1, { takesNew: false }))).seat).not.toBeNull()
  })

  it('are taken anew by machines that go on, where they float', async () => {
    const db = await withLicense({ seats: 1, floating: true })
    expect((await db.claimSeat(aClaim(1, { takesNew: false }))).seat).not.toBeNull()
    expect((await db.claimSeat(aClaim(2, { takesNew: false }))).seat).toBeNull()
  })

  it('are released by their machine, or by an operator, which the machine is told', async () => {
    const db = await withLicense({ seats: 1 })
    const seat = aClaim(1)
    expect(await db.releaseSeat(seat, 'machine', 2_000)).toEqual({ released: false, used: 0 })
    await db.claimSeat(seat)
    expect(await db.releaseSeat(seat, 'machine', 2_100)).toEqual({ released: true, used: 0 })
    expect(await db.claimSeat(aClaim(1, { takesNew: false }))).toMatchObject({ releasedAt: null })
    await db.claimSeat(seat)
    expect(await db.releaseSeat(seat, 'operator', 2_200)).toEqual({ released: true, used: 0 })
    expect(await db.releaseSeat(seat, 'machine', 2_300)).toEqual({ released: false, used: 0 })
    expect(await db.claimSeat(aClaim(1, { takesNew: false }))).toEqual({
      ...{ seat: null, used: 0, releasedAt: 2_200 },
    })
    expect(await db.claimSeat(aClaim(1, { seenAt: 2_400 }))).toMatchObject({
      ...{ seat: { activatedAt: 2_400 }, used: 1, releasedAt: null },
    })
    expect((await db.listSeats(LICENSE, 2_500, { limit: 10 })).seats).toHaveLength(1)
  })

  it('are given for licences that are valid alone', async () => {
    const db = await withLicense({ seats: null, expiresAt: 2_500 })
    expect((await db.claimSeat(aClaim(1))).seat).not.toBeNull()
    expect((await db.claimSeat(aClaim(1, { seenAt: 2_500 }))).seat).toBeNull()
    await db.changeLicense(LICENSE, { kind: 'revoke', at: 2_100, reason: 'refunded' })
    expect((await db.claimSeat(aClaim(2))).seat).toBeNull()
    expect((await db.claimSeat(aClaim(2, { license: 'unknown' }))).seat).toBeNull()
  })

  it('of a licence that states no number are as many as the registry counts', async () => {
    const db = await withLicense({ seats: null })
    for (const machine of [1, 2]) await db.claimSeat(aClaim(machine, { seatsMax: 2 }))
    expect(await db.claimSeat(aClaim(3, { seatsMax: 2 }))).toMatchObject({ seat: null, used: 2 })
  })

  it('are listed page by page, by fingerprint', async () => {
    const db = await withLicense({ seats: 5 })
    for (const machine of [5, 3, 1, 4, 2]) await db.claimSeat(aClaim(machine))
    const first = await db.listSeats(LICENSE, 2_000, { limit: 3 })
    expect(first).toMatchObject({ used: 5, next: aClaim(3).fingerprint })
    const second = await db.listSeats(LICENSE, 2_000, { limit: 3, after: first.next ?? '' })
    expect(second).toMatchObject({ used: 5, next: null })
    expect([...first.seats, ...second.seats]).toEqual([1, 2, 3, 4, 5].map((machine) => row(aClaim(machine))))
  })
}
