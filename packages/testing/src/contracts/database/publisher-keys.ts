import type { Database, JudgedProvenance, ProvenanceRow, RegistryEvent } from '@rbee/registry'
import type { KeyChange } from '@rbee/schema'
import { expect, it } from 'vitest'
import { anArtifact, aReleaseInput, aSha256, aVersion, aWorkerId } from '../../builders.ts'
import { aNameRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

const WORKER = aWorkerId()

/** As the schema has it; no signature is looked at here. */
function aKeyChange(number: number): KeyChange {
  return {
    change: 'staff_reset',
    key: { key_id: aSha256(number), public_key: 'A'.repeat(44) },
    at: new Date(number * 1000).toISOString(),
    reason: `change ${number}`,
    authorization: null,
  }
}

function aProvenanceRow(overrides: Partial<ProvenanceRow> = {}): ProvenanceRow {
  const { platform, variant } = anArtifact()
  return {
    version: aVersion(),
    platform,
    variant,
    sha256: aSha256(50),
    size: 2000,
    keyIds: [aSha256(1), aSha256(2)],
    attachedAt: 1000,
    ...overrides,
  }
}

const EVENT: RegistryEvent = { name: null, body: '{"kind":"key_change"}' }

export function publisherKeys(fresh: () => Promise<Database>): void {
  const withRelease = async (judged?: JudgedProvenance) => {
    const db = await fresh()
    await db.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow(), judged)
    await db.clearDue(await db.listDue(10))
    return db
  }
  const record = (db: Database) => db.getWorker(WORKER)

  it('change one after the other, are told of, and mark their worker as due', async () => {
    const db = await withRelease()
    expect(await db.appendKeyChange(WORKER, 0, aKeyChange(1), [EVENT])).toBe(true)
    expect(await db.appendKeyChange(WORKER, 1, aKeyChange(2), [])).toBe(true)
    expect((await record(db))?.keyChanges).toEqual([aKeyChange(1), aKeyChange(2)])
    expect((await db.listUnloggedRegistryEvents(10)).map(({ body }) => body)).toEqual([EVENT.body])
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual([WORKER])
  })

  it('change at the end only, and only of a worker that is there', async () => {
    const db = await withRelease()
    await db.appendKeyChange(WORKER, 0, aKeyChange(1), [])
    await db.clearDue(await db.listDue(10))
    expect(await db.appendKeyChange(WORKER, 0, aKeyChange(2), [EVENT])).toBe(false)
    expect(await db.appendKeyChange(WORKER, 2, aKeyChange(2), [EVENT])).toBe(false)
    expect(await db.appendKeyChange(aWorkerId('nobody'), 0, aKeyChange(2), [EVENT])).toBe(false)
    expect((await record(db))?.keyChanges).toEqual([aKeyChange(1)])
    expect(await db.listUnloggedRegistryEvents(10)).toEqual([])
    expect(await db.listDue(10)).toEqual([])
  })

  it('change once when several calls want the same place', async () => {
    const db = await withRelease()
    const calls = [1, 2, 3, 4].map((number) => db.appendKeyChange(WORKER, 0, aKeyChange(number), [EVENT]))
    expect((await Promise.all(calls)).filter(Boolean)).toHaveLength(1)
    expect((await record(db))?.keyChanges).toHaveLength(1)
    expect(await db.listUnloggedRegistryEvents(10)).toHaveLength(1)
  })

  it('vouch for artifacts of a release from its beginning', async () => {
    const db = await withRelease({ keyChanges: 0, rows: [aProvenanceRow()] })
    expect((await record(db))?.provenance).toEqual([aProvenanceRow()])
  })

  it('keep a release out that was judged by other keys', async () => {
    const db = await withRelease()
    await db.appendKeyChange(WORKER, 0, aKeyChange(1), [])
    const release = aReleaseRow({ input: aReleaseInput({ version: '2.0.0' }) })
    const judged = { keyChanges: 0, rows: [aProvenanceRow({ version: release.version })] }
    expect(await db.insertRelease(aWorkerRow(), [aNameRow()], release, judged)).toEqual({
      outcome: 'exists',
      conflict: null,
    })
    expect(await db.getRelease(WORKER, release.version)).toBeNull()
    expect((await record(db))?.provenance).toBeUndefined()
  })

  it('vouch for artifacts later, once', async () => {
    const db = await withRelease()
    expect(await db.attachProvenance(WORKER, { keyChanges: 0, rows: [aProvenanceRow()] })).toBe(true)
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual([WORKER])
    const other = aProvenanceRow({ sha256: aSha256(51), attachedAt: 2000 })
    await db.attachProvenance(WORKER, { keyChanges: 0, rows: [other] })
    expect((await record(db))?.provenance).toEqual([aProvenanceRow()])
  })

  it('vouch for nothing once they have changed', async () => {
    const db = await withRelease()
    await db.appendKeyChange(WORKER, 0, aKeyChange(1), [])
    await db.clearDue(await db.listDue(10))
    expect(await db.attachProvenance(WORKER, { keyChanges: 0, rows: [aProvenanceRow()] })).toBe(false)
    expect((await record(db))?.provenance).toBeUndefined()
    expect(await db.listDue(10)).toEqual([])
  })

  it('are put back before their worker, and never twice', async () => {
    const db = await fresh()
    for (const _time of [1, 2])
      await db.restoreKeys(WORKER, [aKeyChange(1), aKeyChange(2)], [aProvenanceRow()])
    expect(await record(db)).toBeNull()
    await db.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow())
    expect(await record(db)).toMatchObject({
      keyChanges: [aKeyChange(1), aKeyChange(2)],
      provenance: [aProvenanceRow()],
    })
  })
}
