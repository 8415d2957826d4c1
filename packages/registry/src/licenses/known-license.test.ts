import { openSqliteDatabase } from '@rbee/db/sqlite'
import { licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { licenseInputSchema } from '@rbee/schema'
import {
  aCatalogEntry,
  anOperator,
  aRegistry,
  aWorkerId,
  failureCode,
  fakeClock,
  syncCatalog,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const licenses = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(5)), 'the test')
const MACHINE = 'a'.repeat(64)
const MINUTE_MS = 60_000

/** A registry with a licence of one seat. */
async function aWorld(more: object = {}) {
  const clock = fakeClock()
  const world = aRegistry(openSqliteDatabase(':memory:'), { licenses, clock })
  await syncCatalog(world.registry, 'main', [aCatalogEntry()])
  const input = licenseInputSchema.parse({ customer: 'ACME', workers: [aWorkerId()], seats: 1, ...more })
  const { token, license } = await world.registry.issueLicense(anOperator(), input)
  /** The same registry with another database. */
  const withDatabase = (database = openSqliteDatabase(':memory:')) =>
    aRegistry(database, { licenses, clock, documents: world.ports.documents })
  return { ...world, clock, token, id: license.id, withDatabase }
}

describe('a licence', () => {
  it('is good after its row was lost, and gets it back', async () => {
    const { token, id, registry, withDatabase } = await aWorld({ entitlements: ['batch'] })
    await registry.activateSeat({ token, fingerprint: MACHINE })
    const before = await registry.readLicense(anOperator(), id)
    const after = withDatabase()
    expect(await after.registry.verifyLicense(token)).toMatchObject({ valid: true, entitlements: ['batch'] })
    expect(await after.ports.database.findLicense(id)).not.toBeNull()
    expect(await after.registry.readLicense(anOperator(), id)).toEqual({ ...before, seats_used: 0 })
    // Machines take their seats again.
    expect(await failureCode(after.registry.renewSeat({ token, fingerprint: MACHINE }))).toBe(
      'seat_not_found',
    )
    const { seats } = await after.registry.activateSeat({ token, fingerprint: MACHINE })
    expect(seats).toEqual({ total: 1, used: 1 })
  })

  it('stays revoked and extended after a database was put back from before', async () => {
    const { token, id, registry, ports, withDatabase } = await aWorld({ expires_in_seconds: 60 })
    const old = await ports.database.findLicense(id)
    if (old === null) throw new Error('it was not issued')
    const backup = async () => {
      const database = openSqliteDatabase(':memory:')
      await database.insertLicense(old)
      return withDatabase(database).registry
    }
    const extended = await registry.extendLicense(anOperator(), id, { expires_in_seconds: 7200 })
    expect(await (await backup()).verifyLicense(token)).toMatchObject({
      ...{ valid: true, expires_at: extended.license.expires_at },
    })
    await registry.revokeLicense(anOperator(), id, 'refunded')
    expect(await (await backup()).verifyLicense(token)).toMatchObject({ valid: false, reason: 'revoked' })
    expect(await failureCode((await backup()).activateSeat({ token, fingerprint: MACHINE }))).toBe(
      'license_refused',
    )
  })

  it('is revoked also where its row was lost', async () => {
    const { token, id, withDatabase } = await aWorld()
    const after = withDatabase()
    const revoked = await after.registry.revokeLicense(anOperator(), id, 'refunded')
    expect(revoked.status).toBe('revoked')
    expect(await withDatabase().registry.verifyLicense(token)).toMatchObject({ reason: 'revoked' })
  })

  it('that nobody here issued is unknown, whoever signed it', async () => {
    const { registry, ports } = await aWorld()
    const claims = { jti: '0'.repeat(24), sub: 'x', workers: [aWorkerId()], entitlements: [], seats: null }
    const token = await licenses.issue({ ...claims, iat: Math.floor(ports.clock() / 1000) })
    expect(await registry.verifyLicense(token)).toMatchObject({ valid: false, reason: 'unknown' })
    expect(await failureCode(registry.readLicense(anOperator(), '../../log/key'))).toBe('license_not_found')
  })
})

describe('a floating seat', () => {
  it('is free fifteen minutes after its machine fell silent', async () => {
    const { token, registry, clock } = await aWorld({ floating: true })
    const other = { token, fingerprint: 'b'.repeat(64) }
    await registry.activateSeat({ token, fingerprint: MACHINE })
    clock.advance(10 * MINUTE_MS)
    await registry.renewSeat({ token, fingerprint: MACHINE })
    clock.advance(15 * MINUTE_MS - 1)
    expect(await failureCode(registry.renewSeat(other))).toBe('seats_exhausted')
    clock.advance(1)
    expect((await registry.renewSeat(other)).seats).toEqual({ total: 1, used: 1 })
    expect(await failureCode(registry.renewSeat({ token, fingerprint: MACHINE }))).toBe('seats_exhausted')
  })

  it('stays with its machine where it does not float, however long that is silent', async () => {
    const { token, registry, clock } = await aWorld()
    await registry.activateSeat({ token, fingerprint: MACHINE })
    clock.advance(400 * 24 * 60 * MINUTE_MS)
    const other = registry.activateSeat({ token, fingerprint: 'b'.repeat(64) })
    expect(await failureCode(other)).toBe('seats_exhausted')
    expect((await registry.renewSeat({ token, fingerprint: MACHINE })).seats.used).toBe(1)
  })
})
