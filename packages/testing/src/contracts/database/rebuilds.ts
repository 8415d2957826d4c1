import type { Database, NewRebuild, RebuildLimits, RegistryEvent } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aDigest, anArtifact, aSha256, aVersion, aWorkerId } from '../../builders.ts'
import { aNameRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

const WORKER = aWorkerId()
const LIMITS: RebuildLimits = { release: 4, account: 2, history: 2 }

function aRebuild(number: number, overrides: Partial<NewRebuild> = {}): NewRebuild {
  const { platform, variant } = anArtifact()
  return {
    version: aVersion(),
    platform,
    variant,
    key: { key_id: aSha256(number), public_key: 'A'.repeat(44) },
    account: `token:${number}`,
    own: false,
    reproduced: true,
    rebuilt: aDigest(number),
    sha256: aSha256(100 + number),
    at: number * 1000,
    ...overrides,
  }
}

const EVENT: RegistryEvent = { name: null, body: '{"kind":"staff_action"}' }

export function rebuilds(fresh: () => Promise<Database>): void {
  const withRelease = async () => {
    const db = await fresh()
    await db.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow())
    await db.clearDue(await db.listDue(10))
    return db
  }
  const rows = async (db: Database) => (await db.getWorker(WORKER))?.rebuilds
  const attest = (db: Database, rebuild: NewRebuild) => db.attestRebuild(WORKER, rebuild, LIMITS)

  it('are kept in their order, and mark their worker as due', async () => {
    const db = await withRelease()
    expect(await rows(db)).toBeUndefined()
    expect(await attest(db, aRebuild(1))).toBe('stored')
    expect(await attest(db, aRebuild(2, { reproduced: false, own: true }))).toBe('stored')
    const kept = await rows(db)
    expect(kept).toMatchObject([
      { ...aRebuild(1), supersededAt: null, strikes: [] },
      { ...aRebuild(2), reproduced: false, own: true },
    ])
    expect(kept?.[1]?.id).toBeGreaterThan(kept?.[0]?.id ?? 0)
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual([WORKER])
  })

  it('of one key and artifact take each other’s place, and a few before are remembered', async () => {
    const db = await withRelease()
    for (const number of [1, 2, 3, 4]) await attest(db, aRebuild(1, { sha256: aSha256(number), at: number }))
    expect((await rows(db))?.map(({ sha256, supersededAt }) => ({ sha256, supersededAt }))).toEqual([
      { sha256: aSha256(2), supersededAt: 3 },
      { sha256: aSha256(3), supersededAt: 4 },
      { sha256: aSha256(4), supersededAt: null },
    ])
    await db.clearDue(await db.listDue(10))
    expect(await attest(db, aRebuild(1, { sha256: aSha256(4), at: 9 }))).toBe('unchanged')
    expect(await db.listDue(10)).toEqual([])
    expect(await attest(db, aRebuild(1, { variant: anArtifact({ variant: 'cuda' }).variant }))).toBe('stored')
  })

  it('are limited for an account and for a release, and a known key goes on', async () => {
    const db = await withRelease()
    const account = 'token:same'
    expect(await attest(db, aRebuild(1, { account }))).toBe('stored')
    expect(await attest(db, aRebuild(2, { account }))).toBe('stored')
    expect(await attest(db, aRebuild(3, { account }))).toBe('full')
    expect(await attest(db, aRebuild(2, { account, sha256: aSha256(9) }))).toBe('stored')
    for (const number of [4, 5]) expect(await attest(db, aRebuild(number))).toBe('stored')
    expect(await attest(db, aRebuild(6))).toBe('full')
    expect(await attest(db, aRebuild(5, { sha256: aSha256(8) }))).toBe('stored')
  })

  it('of one key at the same time leave one that counts', async () => {
    const db = await withRelease()
    const calls = [1, 2, 3, 4, 5].map((number) => attest(db, aRebuild(1, { sha256: aSha256(number) })))
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['stored']))
    expect((await rows(db))?.filter(({ supersededAt }) => supersededAt === null)).toHaveLength(1)
  })

  it('of a struck key or account say so, until it is taken back', async () => {
    const db = await withRelease()
    await attest(db, aRebuild(1))
    await attest(db, aRebuild(2))
    await db.clearDue(await db.listDue(10))
    const strike = { reason: 'invents digests', at: 7 }
    expect(await db.strikeRebuilder(aSha256(1), strike, [EVENT])).toEqual({
      kind: 'changed',
      workers: [WORKER],
    })
    expect(await db.strikeRebuilder(aSha256(1), strike, [EVENT])).toEqual({ kind: 'same', workers: [WORKER] })
    expect(await db.strikeRebuilder('token:2', strike, [EVENT])).toMatchObject({ kind: 'changed' })
    expect((await rows(db))?.map(({ strikes }) => strikes)).toEqual([
      [{ rebuilder: aSha256(1), ...strike }],
      [{ rebuilder: 'token:2', ...strike }],
    ])
    expect((await db.listDue(10)).map(({ worker }) => worker)).toContain(WORKER)
    expect(await db.listUnloggedRegistryEvents(10)).toHaveLength(2)
    expect(await db.strikeRebuilder(aSha256(1), null, [EVENT])).toMatchObject({ kind: 'changed' })
    expect(await db.strikeRebuilder(aSha256(1), null, [EVENT])).toMatchObject({ kind: 'same' })
    expect((await rows(db))?.[0]?.strikes).toEqual([])
    expect(await db.strikeRebuilder('token:nobody', strike, [EVENT])).toEqual({ kind: 'unknown' })
  })

  it('are put back as they were', async () => {
    const db = await withRelease()
    await attest(db, aRebuild(1))
    await attest(db, aRebuild(1, { sha256: aSha256(50) }))
    await attest(db, aRebuild(2, { reproduced: false, own: true }))
    await db.strikeRebuilder(aSha256(1), { reason: 'why', at: 7 }, [])
    const kept = (await rows(db)) ?? []
    const other = await withRelease()
    await other.restoreRebuilds(WORKER, kept)
    await other.restoreRebuilds(WORKER, kept)
    expect(await rows(other)).toEqual(kept)
  })
}
