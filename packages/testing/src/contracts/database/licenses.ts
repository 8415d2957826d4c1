import type { Database } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aSha256, aWorkerId } from '../../builders.ts'
import { aLicenseRow, aNameRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

export function licenses(fresh: () => Promise<Database>): void {
  it('are found by their id, with all that they hold', async () => {
    const db = await fresh()
    const endless = aLicenseRow({ id: 'second', seats: null, expiresAt: null, trial: true, entitlements: [] })
    await db.insertLicense(aLicenseRow())
    await db.insertLicense(endless)
    expect(await db.findLicense(aLicenseRow().id)).toEqual(aLicenseRow())
    expect(await db.findLicense('second')).toEqual(endless)
    expect(await db.findLicense('third')).toBeNull()
  })

  it('are extended, and revoked once and for good', async () => {
    const db = await fresh()
    const { id } = aLicenseRow()
    await db.insertLicense(aLicenseRow())
    expect(await db.changeLicense(id, { kind: 'extend', expiresAt: 9_000 })).toMatchObject({
      expiresAt: 9_000,
    })
    const ended = { revokedAt: 2_000, revokeReason: 'refunded', revision: 2 }
    const revoked = { ...aLicenseRow(), expiresAt: 9_000, ...ended }
    expect(await db.changeLicense(id, { kind: 'revoke', at: 2_000, reason: 'refunded' })).toEqual(revoked)
    expect(await db.changeLicense(id, { kind: 'revoke', at: 3_000, reason: 'again' })).toEqual(revoked)
    expect(await db.changeLicense(id, { kind: 'extend', expiresAt: 20_000 })).toEqual(revoked)
    expect(await db.changeLicense('unknown', { kind: 'extend', expiresAt: 1 })).toBeNull()
  })

  it('are put back where they were lost, and never in place of newer ones', async () => {
    const db = await fresh()
    await db.restoreLicense(aLicenseRow({ revision: 2 }))
    expect(await db.findLicense(aLicenseRow().id)).toEqual(aLicenseRow({ revision: 2 }))
    await db.restoreLicense(aLicenseRow({ revision: 1, expiresAt: 7_000 }))
    expect(await db.findLicense(aLicenseRow().id)).toEqual(aLicenseRow({ revision: 2 }))
    const newer = aLicenseRow({ revision: 3, revokedAt: 6_000, revokeReason: 'refunded' })
    await db.restoreLicense(newer)
    expect(await db.findLicense(aLicenseRow().id)).toEqual(newer)
  })

  it('are listed page by page, the last one first', async () => {
    const db = await fresh()
    for (const number of [1, 2, 3, 4, 5]) await db.insertLicense(aLicenseRow({ id: `${number}` }))
    const first = await db.listLicenses(2)
    expect(first).toMatchObject({ licenses: [{ id: '5' }, { id: '4' }], total: 5 })
    const second = await db.listLicenses(2, first.next ?? 0)
    expect(second.licenses.map(({ id }) => id)).toEqual(['3', '2'])
    const last = await db.listLicenses(2, second.next ?? 0)
    expect(last).toMatchObject({ licenses: [{ id: '1' }], next: null })
  })

  it('look for archives that another worker published', async () => {
    const db = await fresh()
    const release = aReleaseRow()
    await db.insertRelease(aWorkerRow(), [aNameRow()], release)
    const archives = release.input.artifacts.flatMap((one) => one.archives.map(({ sha256 }) => sha256))
    const found = await db.findArchiveOwners([...archives, aSha256(99)], aWorkerId('other-worker'))
    expect(found.map(({ sha256 }) => sha256).toSorted()).toEqual(archives.toSorted())
    expect(found[0]?.worker).toBe(aWorkerId())
    expect(await db.findArchiveOwners(archives, aWorkerId())).toEqual([])
    expect(await db.findArchiveOwners([], aWorkerId())).toEqual([])
  })
}
