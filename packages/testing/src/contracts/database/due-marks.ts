import type { Database } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aWorkerId } from '../../builders.ts'
import { aNameRow, aRecipeRow, aReleaseRow, aWorkerRow, saveRecipe } from '../../rows.ts'

const save = (db: Database) => saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow())

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

  it('can be set of all workers', async () => {
    const db = await fresh()
    await save(db)
    await saveRecipe(
      db,
      aWorkerRow({ id: aWorkerId('llm-worker') }),
      [aNameRow({ name: 'llm-worker', worker: aWorkerId('llm-worker') })],
      aRecipeRow({ worker: aWorkerId('llm-worker') }),
    )
    await db.clearDue(await db.listDue(10))
    await db.markAllDue()
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual(['echo-worker', 'llm-worker'])
  })

  it('go when they are cleared', async () => {
    const db = await fresh()
    await save(db)
    await db.clearDue(await db.listDue(10))
    expect(await db.listDue(10)).toEqual([])
  })

  it('stay when the worker changed after they were read', async () => {
    const db = await fresh()
    await save(db)
    const [read] = await db.listDue(10)
    await save(db)
    await db.clearDue(read ? [read] : [])
    expect(await db.listDue(10)).toHaveLength(1)
  })

  it('never get a number again, so that a slow process cannot clear a newer one', async () => {
    const db = await fresh()
    await save(db)
    const slow = await db.listDue(10)
    await db.clearDue(slow)
    await save(db)
    await db.clearDue(slow)
    const [newer] = await db.listDue(10)
    expect(newer?.revision).toBeGreaterThan(slow[0]?.revision ?? Number.NaN)
  })

  it('are not set by removing what is not there', async () => {
    const db = await fresh()
    await db.removeRecipes('nowhere', [aWorkerId()])
    await db.removeRecipes('nowhere', [])
    expect(await db.listDue(10)).toEqual([])
  })

  const WORKERS = ['w-c', 'w-a', 'w-d', 'w-b'].map(aWorkerId)
  const saveAll = async (db: Database) => {
    for (const id of WORKERS) {
      await saveRecipe(db, aWorkerRow({ id }), [aNameRow({ worker: id })], aRecipeRow({ worker: id }))
    }
  }

  it('are listed by worker, as many as asked for, also those behind a worker', async () => {
    const db = await fresh()
    await saveAll(db)
    expect((await db.listDue(2)).map(({ worker }) => worker)).toEqual(['w-a', 'w-b'])
    expect((await db.listDue(2, aWorkerId('w-b'))).map(({ worker }) => worker)).toEqual(['w-c', 'w-d'])
    expect(await db.listDue(2, aWorkerId('w-d'))).toEqual([])
  })

  it('are told of given workers, with the number of their last change', async () => {
    const db = await fresh()
    await saveAll(db)
    await saveAll(db)
    const marks = await db.listDue(10)
    const wanted = [...WORKERS.slice(0, 2), aWorkerId('w-unknown')]
    const revisions = await db.dueRevisions(wanted)
    expect([...revisions.keys()].toSorted()).toEqual(['w-a', 'w-c'])
    for (const { worker, revision } of marks.filter((mark) => revisions.has(mark.worker))) {
      expect(revisions.get(worker)).toBe(revision)
    }
    expect(await db.dueRevisions([])).toEqual(new Map())
  })

  it('are counted by workers, and cleared many at once', async () => {
    const db = await fresh()
    await saveAll(db)
    await saveAll(db)
    expect(await db.countDue()).toBe(4)
    const marks = await db.listDue(10)
    await saveRecipe(
      db,
      aWorkerRow({ id: aWorkerId('w-a') }),
      [aNameRow({ worker: aWorkerId('w-a') })],
      aRecipeRow({ worker: aWorkerId('w-a') }),
    )
    await db.clearDue(marks)
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual(['w-a'])
    expect(await db.countDue()).toBe(1)
    await db.clearDue([])
  })
}
