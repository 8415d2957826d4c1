import type { Database } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aManifest, aReleaseInput, aSha256, aVersion, aWorkerId } from '../../builders.ts'
import { aNameRow, aRecipeRow, aReleaseRow, aWorkerRow, saveRecipe } from '../../rows.ts'

const A = aWorkerId('worker-a')

export function releases(fresh: () => Promise<Database>): void {
  it('are kept with their worker and its names', async () => {
    const db = await fresh()
    const release = aReleaseRow()
    const answer = await db.insertRelease(aWorkerRow(), [aNameRow()], release)
    expect(answer).toEqual({ outcome: 'inserted', conflict: null })
    expect(await db.getRelease(release.worker, release.version)).toEqual(release)
    expect(await db.getWorker(release.worker)).toEqual({
      worker: aWorkerRow(),
      recipe: null,
      releases: [release],
      names: [aNameRow()],
    })
  })

  it('are null where there are none', async () => {
    expect(await (await fresh()).getRelease(A, aVersion())).toBeNull()
  })

  it('are never replaced, nor is anything else changed by trying', async () => {
    const db = await fresh()
    const first = aReleaseRow()
    await db.insertRelease(aWorkerRow(), [aNameRow()], first)
    const due = await db.listDue(10)
    const other = aReleaseRow({ identity: aSha256(9), input: aReleaseInput({ readme: 'other' }) })
    const names = [aNameRow({ name: 'new-name' })]
    expect(await db.insertRelease(aWorkerRow(), names, other)).toEqual({ outcome: 'exists', conflict: null })
    expect(await db.getRelease(first.worker, first.version)).toEqual(first)
    expect(await db.findNames(['new-name'])).toEqual([])
    expect(await db.listDue(10)).toEqual(due)
  })

  it('of several versions keep their own contents', async () => {
    const db = await fresh()
    const rows = ['1.0.0', '1.0.0-rc.1', '1.0.0+linux'].map((version, index) =>
      aReleaseRow({ input: aReleaseInput({ version, readme: `# ${version}` }), publishedAt: index }),
    )
    for (const row of rows) await db.insertRelease(aWorkerRow(), [aNameRow()], row)
    expect((await db.getWorker(aWorkerId()))?.releases).toEqual(rows)
    expect(await db.getRelease(aWorkerId(), aVersion('1.0.0+linux'))).toEqual(rows[2])
  })

  it('leave worker, source and recipe as they are', async () => {
    const db = await fresh()
    const official = aWorkerRow({ source: 'official', owner: 'catalog:x' })
    await saveRecipe(db, official, [aNameRow()], aRecipeRow())
    await db.insertRelease(aWorkerRow({ owner: 'token:y' }), [aNameRow()], aReleaseRow())
    expect(await db.getWorker(official.id)).toMatchObject({ worker: official, recipe: aRecipeRow() })
  })

  it('store nothing when another worker holds one of the names', async () => {
    const db = await fresh()
    await db.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow())
    const input = aReleaseInput({ manifest: aManifest({ id: A }) })
    const names = [aNameRow({ worker: A }), aNameRow({ name: 'echo-worker', worker: A })]
    const { conflict } = await db.insertRelease(aWorkerRow({ id: A }), names, aReleaseRow({ input }))
    expect(conflict).toEqual(aNameRow())
    expect(await db.getWorker(A)).toBeNull()
    expect(await db.getRelease(A, aVersion())).toBeNull()
    expect(await db.findNames(['worker-a'])).toEqual([])
  })

  it('may be as large as the schema allows', async () => {
    const db = await fresh()
    const text = '語'.repeat(512 * 1024)
    const release = aReleaseRow({ input: aReleaseInput({ readme: text, changelog: text }) })
    await db.insertRelease(aWorkerRow(), [aNameRow()], release)
    expect(await db.getRelease(release.worker, release.version)).toEqual(release)
  })
}
