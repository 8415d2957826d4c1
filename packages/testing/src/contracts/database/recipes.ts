import type { Database, NameRow, RecipeChange } from '@rbee/registry'
import type { SourceKind, WorkerId } from '@rbee/schema'
import { expect, it } from 'vitest'
import { aCatalogEntry, aManifest, aSha256, aWorkerId } from '../../builders.ts'
import { aNameRow, aRecipeRow, aWorkerRow, saveRecipe } from '../../rows.ts'

const A = aWorkerId('worker-a')
const B = aWorkerId('worker-b')
const CATALOG = aRecipeRow().catalog

export function recipes(fresh: () => Promise<Database>): void {
  it('are kept with their worker and its names', async () => {
    const db = await fresh()
    const worker = aWorkerRow({ source: 'official', owner: `catalog:${CATALOG}` })
    const names: NameRow[] = [
      aNameRow(),
      aNameRow({ name: 'echo-worker-cpu', kind: 'variant', variant: 'cpu' }),
      aNameRow({ name: 'cpu', kind: 'alias', variant: 'cpu' }),
    ]
    expect(await saveRecipe(db, worker, names, aRecipeRow())).toEqual({ conflict: null })
    const record = await db.getWorker(worker.id)
    expect(record).toMatchObject({ worker, recipe: aRecipeRow(), releases: [] })
    expect(record?.names).toHaveLength(3)
    expect(record?.names).toEqual(expect.arrayContaining(names))
  })

  it('leave their version behind where they are removed, until the catalog is dropped', async () => {
    const db = await fresh()
    await saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow())
    expect((await db.getWorker(aWorkerId()))?.formerVersion).toBeUndefined()
    await db.removeRecipes(CATALOG, [aWorkerId()])
    expect(await db.getWorker(aWorkerId())).toMatchObject({ recipe: null, formerVersion: '1.0.0' })
    await saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow())
    expect((await db.getWorker(aWorkerId()))?.formerVersion).toBeUndefined()
    const entry = aCatalogEntry({ version: '2.0.0' })
    await saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow({ entry, hash: aSha256(9) }))
    await db.removeRecipes(CATALOG, [aWorkerId()])
    expect((await db.getWorker(aWorkerId()))?.formerVersion).toBe('2.0.0')
    await db.deleteCatalog('another')
    expect((await db.getWorker(aWorkerId()))?.formerVersion).toBe('2.0.0')
    await db.deleteCatalog(CATALOG)
    expect((await db.getWorker(aWorkerId()))?.formerVersion).toBeUndefined()
  })

  it('are null for a worker that nobody knows', async () => {
    expect(await (await fresh()).getWorker(A)).toBeNull()
  })

  it('replace the earlier one and change the source, but not the owner', async () => {
    const db = await fresh()
    await saveRecipe(db, aWorkerRow({ owner: 'token:first', createdAt: 1 }), [aNameRow()], aRecipeRow())
    const entry = aCatalogEntry({ version: '2.0.0', readme: null })
    const next = aRecipeRow({ entry, hash: aSha256(9), catalog: 'other', updatedAt: 2 })
    await saveRecipe(db, aWorkerRow({ owner: 'x', createdAt: 9, source: 'official' }), [aNameRow()], next)
    const record = await db.getWorker(aWorkerId())
    expect(record?.recipe).toEqual(next)
    expect(record?.worker).toMatchObject({ owner: 'token:first', createdAt: 1, source: 'official' })
  })

  it('give a name that the worker holds already its new meaning', async () => {
    const db = await fresh()
    const alias = aNameRow({ name: 'cpu', kind: 'alias', variant: 'cpu' })
    await saveRecipe(db, aWorkerRow(), [aNameRow(), alias], aRecipeRow())
    await saveRecipe(db, aWorkerRow(), [{ ...alias, variant: 'cpu-avx512' }], aRecipeRow())
    expect(await db.findNames(['cpu'])).toEqual([{ ...alias, variant: 'cpu-avx512' }])
  })

  it('store nothing when another worker holds one of the names', async () => {
    const db = await fresh()
    const taken = aNameRow({ name: 'shared', worker: A, kind: 'alias' })
    await saveRecipe(db, aWorkerRow({ id: A }), [aNameRow({ worker: A }), taken], aRecipeRow({ worker: A }))
    const names = [aNameRow({ worker: B }), aNameRow({ name: 'shared', worker: B })]
    const due = await db.listDue(10)
    expect(await saveRecipe(db, aWorkerRow({ id: B }), names, aRecipeRow({ worker: B }))).toEqual({
      conflict: taken,
    })
    expect(await db.getWorker(B)).toBeNull()
    expect(await db.findNames(['worker-b'])).toEqual([])
    expect(await db.listDue(10)).toEqual(due)
  })

  it('change nothing of a worker whose new names are taken', async () => {
    const db = await fresh()
    await saveRecipe(db, aWorkerRow({ id: A }), [aNameRow({ worker: A })], aRecipeRow({ worker: A }))
    await saveRecipe(db, aWorkerRow({ id: B }), [aNameRow({ worker: B })], aRecipeRow({ worker: B }))
    const before = await db.getWorker(B)
    const { conflict } = await saveRecipe(
      db,
      aWorkerRow({ id: B, source: 'official' }),
      [aNameRow({ worker: B }), aNameRow({ name: 'new-name', worker: B }), aNameRow({ name: A, worker: B })],
      aRecipeRow({ worker: B, hash: aSha256(50), entry: aCatalogEntry({ version: '9.0.0' }) }),
    )
    expect(conflict?.worker).toBe(A)
    expect(await db.getWorker(B)).toEqual(before)
  })

  it('report the first of several taken names', async () => {
    const db = await fresh()
    const held = ['z', 'm', 'a'].map((name) => aNameRow({ name, worker: A, kind: 'alias' }))
    await saveRecipe(db, aWorkerRow({ id: A }), held, aRecipeRow({ worker: A }))
    const wanted = ['free', 'm', 'z', 'a'].map((name) => aNameRow({ name, worker: B }))
    const { conflict } = await saveRecipe(db, aWorkerRow({ id: B }), wanted, aRecipeRow({ worker: B }))
    expect(conflict?.name).toBe('m')
  })

  it('may be as large as the schema allows, in characters of three and four bytes', async () => {
    const db = await fresh()
    const entry = aCatalogEntry({
      pkgbuild: '語'.repeat(512 * 1024),
      pkgbuild_bin: '🐝'.repeat(256 * 1024),
      readme: `x${'🐝'.repeat(256 * 1024 - 1)}`,
      changelog: '\u0000"\\\n'.repeat(128 * 1024),
    })
    await saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow({ entry }))
    expect((await db.getWorker(aWorkerId()))?.recipe?.entry).toEqual(entry)
  })

  it('take as many names as one may ask for', async () => {
    const db = await fresh()
    const names = Array.from({ length: 100 }, (_, index) => aNameRow({ name: `n-${index}`, kind: 'alias' }))
    await saveRecipe(db, aWorkerRow(), names, aRecipeRow())
    expect(await db.findNames(names.map(({ name }) => name))).toHaveLength(100)
    expect(await db.findNames([])).toEqual([])
  })

  it('are listed by catalog, more than a thousand of them', { timeout: 120_000 }, async () => {
    const db = await fresh()
    const ids = Array.from({ length: 1_050 }, (_, index) => aWorkerId(`w-${String(index).padStart(4, '0')}`))
    const changes = ids.map((id, index) => bulkRecipe(id, index))
    for (let start = 0; start < changes.length; start += 50) {
      await db.saveRecipes(changes.slice(start, start + 50))
    }
    await saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow({ catalog: 'other' }))

    const hashes = await db.recipeHashes(CATALOG)
    expect(hashes.size).toBe(1_050)
    expect(hashes.get(aWorkerId('w-0003'))).toBe(aSha256(3))
    const listed = await db.listRecipes(CATALOG)
    expect(listed.map(({ worker }) => worker)).toEqual(ids)
    expect(listed[3]).toEqual({
      worker: 'w-0003',
      hash: aSha256(3),
      version: '1.0.0',
      path: 'echo-worker',
    })
    expect(await db.listWorkerNames()).toHaveLength(1_051)
    expect(await db.listDue(2_000)).toHaveLength(1_051)

    await db.removeRecipes(CATALOG, [...ids.slice(1), aWorkerId()])
    expect([...(await db.recipeHashes(CATALOG)).keys()]).toEqual(['w-0000'])
    expect((await db.recipeHashes('other')).size).toBe(1)
    expect(await db.listWorkerNames()).toHaveLength(1_051)
  })

  it('leave the worker and its names behind when they are removed', async () => {
    const db = await fresh()
    await saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow())
    await db.removeRecipes(CATALOG, [aWorkerId()])
    expect(await db.getWorker(aWorkerId())).toMatchObject({ recipe: null, names: [aNameRow()] })
    expect((await db.findNames(['echo-worker']))[0]?.worker).toBe('echo-worker')
  })

  it('are saved many at once, each for itself', async () => {
    const db = await fresh()
    const held = aNameRow({ name: 'held', worker: A, kind: 'alias' })
    await saveRecipe(db, aWorkerRow({ id: A }), [aNameRow({ worker: A }), held], aRecipeRow({ worker: A }))
    const ids = ['w-1', 'w-2', 'w-3'].map(aWorkerId)
    const changes = ids.map((id, number) => bulkRecipe(id, number))
    const blocked = { ...bulkRecipe(B, 9), names: [aNameRow({ worker: B }), { ...held, worker: B }] }
    const [first, ...others] = changes
    if (first === undefined) throw new Error('no change')
    expect(await db.saveRecipes([first, blocked, ...others])).toEqual([null, held, null, null])
    const records = await db.getWorkers([...ids, A, B])
    expect([...records.keys()].toSorted()).toEqual(['w-1', 'w-2', 'w-3', 'worker-a'])
    for (const { worker, names, recipe } of changes) {
      expect(records.get(worker.id)).toEqual({ worker, names, recipe, releases: [] })
    }
    expect(await db.findNames(['worker-b'])).toEqual([])
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual(['w-1', 'w-2', 'w-3', 'worker-a'])
    expect(await db.saveRecipes([])).toEqual([])
    expect(await db.getWorkers([])).toEqual(new Map())
  })

  it('may be large, many at once', async () => {
    const db = await fresh()
    const changes = Array.from({ length: 12 }, (_, number) => {
      const change = bulkRecipe(aWorkerId(`large-${number}`), number)
      const entry = aCatalogEntry({ readme: `${number}"`.repeat(number % 3 === 0 ? 150_000 : 40_000) })
      return { ...change, recipe: { ...change.recipe, entry } }
    })
    expect(await db.saveRecipes(changes)).toEqual(changes.map(() => null))
    for (const { worker, recipe } of changes) {
      expect((await db.getWorker(worker.id))?.recipe?.entry.readme).toBe(recipe.entry.readme)
    }
  })

  it('are not saved together when they share a name', async () => {
    const db = await fresh()
    const changes = [A, B].map((worker) => ({
      ...bulkRecipe(worker, 1),
      names: [aNameRow({ worker }), aNameRow({ name: 'shared', worker, kind: 'alias' })],
    }))
    await expect(db.saveRecipes(changes)).rejects.toThrow('same name')
    expect(await db.listDue(10)).toEqual([])
  })

  it('protect the ids of official workers, and those of their own catalog', async () => {
    const db = await fresh()
    const save = (id: WorkerId, source: SourceKind, catalog: string, maintainers: string[]) => {
      const entry = aCatalogEntry({ manifest: aManifest({ id, maintainers }) })
      const names = [
        aNameRow({ worker: id }),
        aNameRow({ name: `${id}-cpu`, worker: id, kind: 'variant', variant: 'cpu' }),
        aNameRow({ name: `${id}-rbee`, worker: id, kind: 'alias' }),
      ]
      return saveRecipe(db, aWorkerRow({ id, source }), names, aRecipeRow({ worker: id, catalog, entry }))
    }
    await save(aWorkerId('official-worker'), 'official', 'other', [])
    await save(aWorkerId('community-worker'), 'community', CATALOG, ['ann', 'bob'])
    await save(aWorkerId('elsewhere'), 'community', 'other', [])
    await save(aWorkerId('gone'), 'official', CATALOG, [])
    await db.removeRecipes(CATALOG, [aWorkerId('gone')])
    const names = (await db.listProtectedNames(CATALOG)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    expect(names.map(({ name }) => name)).toEqual([
      'community-worker',
      'community-worker-cpu',
      'gone',
      'gone-cpu',
      'official-worker',
      'official-worker-cpu',
    ])
    expect(names[0]).toEqual({
      name: 'community-worker',
      worker: 'community-worker',
      source: 'community',
      catalog: CATALOG,
      hash: aSha256(7),
      maintainers: ['ann', 'bob'],
    })
    expect(names[2]).toMatchObject({ source: 'official', catalog: null, hash: null, maintainers: null })
  })

  it('keep what the manifest says of every platform and variant', async () => {
    const db = await fresh()
    const manifest = aManifest({
      build: { features: ['cpu', 'cuda'], default_feature: 'cuda' },
      platforms: { linux: ['x86_64', 'aarch64'], windows: ['x86_64'] },
      requirements: { cuda: { vram: '6 GiB', compute_capability: '>=7.0 <12.0' } },
    })
    const entry = aCatalogEntry({ manifest })
    await saveRecipe(db, aWorkerRow(), [aNameRow()], aRecipeRow({ entry }))
    expect((await db.getWorker(aWorkerId()))?.recipe?.entry).toEqual(entry)
  })
}

function bulkRecipe(id: WorkerId, number: number): RecipeChange {
  return {
    worker: aWorkerRow({ id }),
    names: [aNameRow({ worker: id })],
    recipe: aRecipeRow({ worker: id, hash: aSha256(number) }),
  }
}
