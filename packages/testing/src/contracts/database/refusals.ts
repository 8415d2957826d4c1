import type { Database, RefusalRow } from '@rbee/registry'
import { findingSchema } from '@rbee/schema'
import { expect, it } from 'vitest'
import { aSha256, aWorkerId } from '../../builders.ts'
import { aNameRow, aRecipeRow, aWorkerRow, saveRecipe } from '../../rows.ts'

const HOLDER = aWorkerId('holder')
const CATALOG = aRecipeRow().catalog

function aRefusal(overrides: Partial<RefusalRow> = {}): RefusalRow {
  const finding = findingSchema.parse({
    code: 'name_taken',
    severity: 'error',
    message: 'The name "x" is the id of another worker',
    path: 'community/x',
  })
  return { worker: aWorkerId(), hash: aSha256(1), rules: 1, blocker: null, finding, ...overrides }
}

const saveHolder = (db: Database, hash: number, source: 'official' | 'community' = 'community') =>
  saveRecipe(
    db,
    aWorkerRow({ id: HOLDER, source }),
    [aNameRow({ worker: HOLDER })],
    aRecipeRow({ worker: HOLDER, hash: aSha256(hash) }),
  )

export function refusals(fresh: () => Promise<Database>): void {
  it('are kept for each catalog and worker, the last one of each', async () => {
    const db = await fresh()
    const other = aRefusal({ worker: aWorkerId('a-worker'), rules: 2 })
    await db.saveRefusals('main', [aRefusal({ hash: aSha256(9) }), other])
    await db.saveRefusals('main', [aRefusal()])
    await db.saveRefusals('second', [aRefusal()])
    expect(await db.listRefusals('main')).toEqual([
      { ...other, stands: true },
      { ...aRefusal(), stands: true },
    ])
    await db.removeRefusals('main', [other.worker])
    expect(await db.listRefusals('main')).toHaveLength(1)
    await db.deleteCatalog('main')
    expect(await db.listRefusals('main')).toEqual([])
    expect(await db.listRefusals('second')).toHaveLength(1)
  })

  it('stand as long as the worker in their way is as it was', async () => {
    const db = await fresh()
    await saveHolder(db, 3)
    const state = `community ${CATALOG} ${aSha256(3)}`
    await db.saveRefusals('main', [aRefusal({ blocker: { worker: HOLDER, state } })])
    const stands = async () => (await db.listRefusals('main')).map((one) => one.stands)
    expect(await stands()).toEqual([true])
    expect(await db.listShakenCatalogs()).toEqual([])
    await saveHolder(db, 4)
    expect(await stands()).toEqual([false])
    await saveHolder(db, 3, 'official')
    expect(await stands()).toEqual([false])
    await saveHolder(db, 3)
    expect(await stands()).toEqual([true])
    await db.removeRecipes(CATALOG, [HOLDER])
    expect(await stands()).toEqual([false])
    expect(await db.listShakenCatalogs()).toEqual(['main'])
  })

  it('may be for the sake of a worker that did not exist', async () => {
    const db = await fresh()
    await db.saveRefusals('main', [aRefusal({ blocker: { worker: HOLDER, state: null } })])
    expect((await db.listRefusals('main'))[0]?.stands).toBe(true)
    await saveHolder(db, 3)
    expect((await db.listRefusals('main'))[0]?.stands).toBe(false)
    await db.saveRefusals('main', [])
  })
}
