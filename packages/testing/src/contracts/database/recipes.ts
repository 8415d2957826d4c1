import type { Database, NameRow } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aCatalogEntry, aManifest, aSha256, aWorkerId } from '../../builders.ts'
import { aNameRow, aRecipeRow, aWorkerRow } from '../../rows.ts'

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
    expect(await db.saveRecipe(worker, names, aRecipeRow())).toEqual({ conflict: null })
    const record = await db.getWorker(worker.id)
    expect(record).toMatchObject({ worker, recipe: aRecipeRow(), releases: [] })
    expect(record?.names).toHaveLength(3)
    expect(record?.names).toEqual(expect.arrayContaining(names))
  })

  it('are null for a worker that nobody knows', async () => {
    expect(await (await fresh()).getWorker(A)).toBeNull()
  })

  it('replace the earlier one and change the source, but not the owner', async () => {
    const db = await fresh()
    await db.saveRecipe(aWorkerRow({ owner: 'token:first', createdAt: 1 }), [aNameRow()], aRecipeRow())
    const entry = aCatalogEntry({ version: '2.0.0', readme: null })
    const next = aRecipeRow({ entry, hash: aSha256(9), catalog: 'other', updatedAt: 2 })
    await db.saveRecipe(aWorkerRow({ owner: 'x', createdAt: 9, source: 'official' }), [aNameRow()], next)
    const record = await db.getWorker(aWorkerId())
    expect(record?.recipe).toEqual(next)
    expect(record?.worker).toMatchObject({ owner: 'token:first', createdAt: 1, source: 'official' })
  })

  it('give a name that the worker holds already its new meaning', async () => {
    const db = await fresh()
    const alias = aNameRow({ name: 'cpu', kind: 'alias', variant: 'cpu' })
    await db.saveRecipe(aWorkerRow(), [aNameRow(), alias], aRecipeRow())
    await db.saveRecipe(aWorkerRow(), [{ ...alias, variant: 'cpu-avx512' }], aRecipeRow())
    expect(await db.findNames(['cpu'])).toEqual([{ ...alias, variant: 'cpu-avx512' }])
  })

  it('store nothing when another worker holds one of the names', async () => {
    const db = await fresh()
    const taken = aNameRow({ name: 'shared', worker: A, kind: 'alias' })
    await db.saveRecipe(aWorkerRow({ id: A }), [aNameRow({ worker: A }), taken], aRecipeRow({ worker: A }))
    const names = [aNameRow({ worker: B }), aNameRow({ name: 'shared', worker: B })]
    const due = await db.listDue(10)
    expect(await db.saveRecipe(aWorkerRow({ id: B }), names, aRecipeRow({ worker: B }))).toEqual({
      conflict: taken,
    })
    expect(await db.getWorker(B)).toBeNull()
    expect(await db.findNames(['worker-b'])).toEqual([])
    expect(await db.listDue(10)).toEqual(due)
  })

  it('change nothing of a worker whose new names are taken', async () => {
    const db = await fresh()
    await db.saveRecipe(aWorkerRow({ id: A }), [aNameRow({ worker: A })], aRecipeRow({ worker: A }))
    await db.saveRecipe(aWorkerRow({ id: B }), [aNameRow({ worker: B })], aRecipeRow({ worker: B }))
    const before = await db.getWorker(B)
    const { conflict } = await db.saveRecipe(
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
    await db.saveRecipe(aWorkerRow({ id: A }), held, aRecipeRow({ worker: A }))
    const wanted = ['free', 'm', 'z', 'a'].map((name) => aNameRow({ name, worker: B }))
    const { conflict } = await db.saveRecipe(aWorkerRow({ id: B }), wanted, aRecipeRow({ worker: B }))
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
    await db.saveRecipe(aWorkerRow(), [aNameRow()], aRecipeRow({ entry }))
    expect((await db.getWorker(aWorkerId()))?.recipe?.entry).toEqual(entry)
  })

  it('take as many names as one may ask for', async () => {
    const db = await fresh()
    const names = Array.from({ length: 100 }, (_, index) => aNameRow({ name: `n-${index}`, kind: 'alias' }))
    await db.saveRecipe(aWorkerRow(), names, aRecipeRow())
    expect(await db.findNames(names.map(({ name }) => name))).toHaveLength(100)
    expect(await db.findNames([])).toEqual([])
  })

  it('are listed by catalog, more than a thousand of them', { timeout: 120_000 }, async () => {
    const db = await fresh()
    const ids = Array.from({ length: 1_050 }, (_, index) => aWorkerId(`w-${String(index).padStart(4, '0')}`))
    for (const [index, id] of ids.entries()) await db.saveRecipe(...bulkRecipe(id, index))
    await db.saveRecipe(aWorkerRow(), [aNameRow()], aRecipeRow({ catalog: 'other' }))

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
    await db.saveRecipe(aWorkerRow(), [aNameRow()], aRecipeRow())
    await db.removeRecipes(CATALOG, [aWorkerId()])
    expect(await db.getWorker(aWorkerId())).toMatchObject({ recipe: null, names: [aNameRow()] })
    expect((await db.findNames(['echo-worker']))[0]?.worker).toBe('echo-worker')
  })

  it('keep what the manifest says of every platform and variant', async () => {
    const db = await fresh()
    const manifest = aManifest({
      build: { features: ['cpu', 'cuda'], default_feature: 'cuda' },
      platforms: { linux: ['x86_64', 'aarch64'], windows: ['x86_64'] },
      requirements: { cuda: { vram: '6 GiB', compute_capability: '>=7.0 <12.0' } },
    })
    const entry = aCatalogEntry({ manifest })
    await db.saveRecipe(aWorkerRow(), [aNameRow()], aRecipeRow({ entry }))
    expect((await db.getWorker(aWorkerId()))?.recipe?.entry).toEqual(entry)
  })
}

function bulkRecipe(id: ReturnType<typeof aWorkerId>, number: number): Parameters<Database['saveRecipe']> {
  return [aWorkerRow({ id }), [aNameRow({ worker: id })], aRecipeRow({ worker: id, hash: aSha256(number) })]
}
