import type { Database } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aWorkerId } from '../../builders.ts'
import { aNameRow, aRecipeRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

const save = (db: Database) => db.saveRecipe(aWorkerRow(), [aNameRow()], aRecipeRow())

export function dueMarks(fresh: () => Promise<Database>): void {
  it('are set by every change of a worker, one for each worker', async () => {
    const db = await fresh()
    const revisions: number[] = []
    const seeDue = async () => {
      const [mark, ...others] = await db.listDue(10)
      expect(others).toEqual([])
      expect(mark?.worker).toBe('echo-worker')
      revisions.push(mark?.revision ?? Number.NaN)
    }
    await save(db)
    await seeDue()
    await db.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow())
    await seeDue()
    await db.removeRecipes(aRecipeRow().catalog, [aWorkerId()])
    await seeDue()
    expect(revisions).toEqual([...new Set(revisions)].toSorted((a, b) => a - b))
  })

  it('go when they are cleared', async () => {
    const db = await fresh()
    await save(db)
    for (const { worker, revision } of await db.listDue(10)) await db.clearDue(worker, revision)
    expect(await db.listDue(10)).toEqual([])
  })

  it('stay when the worker changed after they were read', async () => {
    const db = await fresh()
    await save(db)
    const [read] = await db.listDue(10)
    await save(db)
    await db.clearDue(aWorkerId(), read?.revision ?? Number.NaN)
    expect(await db.listDue(10)).toHaveLength(1)
  })

  it('never get a number again, so that a slow process cannot clear a newer one', async () => {
    const db = await fresh()
    await save(db)
    const [slow] = await db.listDue(10)
    await db.clearDue(aWorkerId(), slow?.revision ?? Number.NaN)
    await save(db)
    await db.clearDue(aWorkerId(), slow?.revision ?? Number.NaN)
    const [newer] = await db.listDue(10)
    expect(newer?.revision).toBeGreaterThan(slow?.revision ?? Number.NaN)
  })

  it('are not set by removing what is not there', async () => {
    const db = await fresh()
    await db.removeRecipes('nowhere', [aWorkerId()])
    await db.removeRecipes('nowhere', [])
    expect(await db.listDue(10)).toEqual([])
  })

  it('are listed oldest first, as many as asked for', async () => {
    const db = await fresh()
    const ids = ['w-c', 'w-a', 'w-b'].map(aWorkerId)
    for (const id of ids) {
      await db.saveRecipe(aWorkerRow({ id }), [aNameRow({ worker: id })], aRecipeRow({ worker: id }))
    }
    expect((await db.listDue(2)).map(({ worker }) => worker)).toEqual(['w-c', 'w-a'])
  })
}
