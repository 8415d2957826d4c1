import type { Database, StandingEventRow } from '@rbee/registry'
import { expect, it } from 'vitest'
import {
  aManifest,
  anArchive,
  anArtifact,
  aReleaseInput,
  aSha256,
  aVersion,
  aWorkerId,
} from '../../builders.ts'
import { aNameRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

const WORKER = aWorkerId()
const VERSION = aVersion()

function anEvent(overrides: Partial<StandingEventRow> = {}): StandingEventRow {
  return {
    kind: 'yank',
    worker: WORKER,
    version: VERSION,
    reason: 'crashes on start',
    successor: null,
    actor: 'token-1',
    at: 1000,
    ...overrides,
  }
}

export function events(fresh: () => Promise<Database>): void {
  /** A database with one release, whose worker is not due. */
  const withRelease = async () => {
    const db = await fresh()
    await db.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow())
    await db.clearDue(await db.listDue(10))
    return db
  }
  const release = (db: Database) => db.getRelease(WORKER, VERSION)

  it('change the release, are remembered and mark its worker as due', async () => {
    const db = await withRelease()
    expect(await db.saveEvent(anEvent())).toBe(true)
    expect(await release(db)).toMatchObject({ yanked: 'crashes on start', yankedAt: 1000, quarantined: null })
    expect(await db.listEvents(WORKER, 10)).toEqual([anEvent()])
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual([WORKER])
  })

  it('are nothing where the release stands so already', async () => {
    const db = await withRelease()
    await db.saveEvent(anEvent())
    await db.clearDue(await db.listDue(10))
    expect(await db.saveEvent(anEvent({ at: 2000 }))).toBe(false)
    expect(await db.saveEvent(anEvent({ kind: 'release_quarantine' }))).toBe(false)
    expect(await db.listEvents(WORKER, 10)).toHaveLength(1)
    expect(await db.listDue(10)).toEqual([])
  })

  it('are nothing where there is no such release or worker', async () => {
    const db = await withRelease()
    expect(await db.saveEvent(anEvent({ version: aVersion('9.9.9') }))).toBe(false)
    const deprecate = anEvent({ kind: 'deprecate', worker: aWorkerId('nobody-knows'), version: null })
    expect(await db.saveEvent(deprecate)).toBe(false)
    expect(await db.listDue(10)).toEqual([])
  })

  it('take another reason and keep the time', async () => {
    const db = await withRelease()
    await db.saveEvent(anEvent())
    expect(await db.saveEvent(anEvent({ reason: 'loses data', at: 2000 }))).toBe(true)
    expect(await release(db)).toMatchObject({ yanked: 'loses data', yankedAt: 1000 })
    expect((await db.listEvents(WORKER, 10)).map(({ reason }) => reason)).toEqual([
      'loses data',
      'crashes on start',
    ])
  })

  it('can be taken back, each for itself', async () => {
    const db = await withRelease()
    await db.saveEvent(anEvent())
    await db.saveEvent(anEvent({ kind: 'quarantine', reason: 'steals keys' }))
    await db.saveEvent(anEvent({ kind: 'confirm_security_fix', reason: 'CVE-1' }))
    const all = { yanked: 'crashes on start', quarantined: 'steals keys', securityFix: 'CVE-1' }
    expect(await release(db)).toMatchObject({ ...all, quarantinedAt: 1000 })
    await db.saveEvent(anEvent({ kind: 'unyank', reason: 'it was the driver' }))
    expect(await release(db)).toMatchObject({ ...all, yanked: null, yankedAt: null })
    await db.saveEvent(anEvent({ kind: 'release_quarantine', reason: 'it does not' }))
    await db.saveEvent(anEvent({ kind: 'withdraw_security_fix', reason: 'no' }))
    expect(await release(db)).toEqual(aReleaseRow())
    expect(await db.listEvents(WORKER, 4)).toHaveLength(4)
  })

  it('deprecate a worker, and take that back', async () => {
    const db = await withRelease()
    const deprecate = anEvent({ kind: 'deprecate', version: null, successor: aWorkerId('better-worker') })
    expect(await db.saveEvent(deprecate)).toBe(true)
    expect(await db.saveEvent(deprecate)).toBe(false)
    const deprecation = { reason: 'crashes on start', successor: 'better-worker', at: 1000 }
    expect((await db.getWorker(WORKER))?.deprecation).toEqual(deprecation)
    expect(await db.saveEvent({ ...deprecate, successor: null, at: 2000 })).toBe(true)
    expect((await db.getWorker(WORKER))?.deprecation).toEqual({ ...deprecation, successor: null, at: 2000 })
    expect(await db.saveEvent(anEvent({ kind: 'undeprecate', version: null }))).toBe(true)
    expect(await db.saveEvent(anEvent({ kind: 'undeprecate', version: null }))).toBe(false)
    expect(await db.getWorker(WORKER)).not.toHaveProperty('deprecation')
  })

  it('of many callers at once happen once', async () => {
    const db = await withRelease()
    const saved = await Promise.all(
      Array.from({ length: 8 }, () => db.saveEvent(anEvent({ kind: 'quarantine' }))),
    )
    expect(saved.filter(Boolean)).toHaveLength(1)
    expect(await db.listEvents(WORKER, 10)).toHaveLength(1)
  })

  it('leave a list of what is quarantined, with the archives that each release was the first to name', async () => {
    const db = await fresh()
    const input = (id: string, archives: number[]) =>
      aReleaseInput({
        manifest: aManifest({ id }),
        artifacts: archives.map((number) =>
          anArtifact({ archives: [anArchive({ sha256: aSha256(number) })] }),
        ),
      })
    const bring = async (id: string, archives: number[]) => {
      const worker = aWorkerRow({ id: aWorkerId(id) })
      const row = aReleaseRow({ input: input(id, archives) })
      await db.insertRelease(worker, [aNameRow({ worker: worker.id })], row)
    }
    await bring('worker-a', [1])
    await bring('worker-b', [1])
    await bring('worker-c', [3])
    expect(await db.listQuarantined(10)).toEqual({ releases: [], total: 0 })
    const quarantine = (id: string, at: number) =>
      db.saveEvent(anEvent({ kind: 'quarantine', worker: aWorkerId(id), reason: 'bad', at }))
    await quarantine('worker-b', 1)
    await quarantine('worker-c', 2)
    const named = { version: VERSION, reason: 'bad' }
    const first = { ...named, worker: 'worker-c', at: 2, archives: [aSha256(3)] }
    expect(await db.listQuarantined(10)).toEqual({
      releases: [first, { ...named, worker: 'worker-b', at: 1, archives: [] }],
      total: 2,
    })
    expect(await db.listQuarantined(1)).toEqual({ releases: [first], total: 2 })
  })

  it('put a deprecation back that was lost, and leave one that is there', async () => {
    const db = await withRelease()
    const deprecation = { reason: 'old', successor: null, at: 5 }
    await db.restoreDeprecation(WORKER, deprecation)
    await db.restoreDeprecation(WORKER, { ...deprecation, reason: 'older' })
    expect((await db.getWorker(WORKER))?.deprecation).toEqual(deprecation)
    expect(await db.listEvents(WORKER, 10)).toEqual([])
  })
}
