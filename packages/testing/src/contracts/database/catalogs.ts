import type { Database } from '@rbee/registry'
import { type CatalogState, catalogStateSchema } from '@rbee/schema'
import { expect, it } from 'vitest'
import { aSha256, aWorkerId } from '../../builders.ts'
import { aSyncRow } from '../../rows.ts'

function aState(overrides: Partial<CatalogState> = {}): CatalogState {
  return catalogStateSchema.parse({
    catalog: 'https://git.example/workers.git',
    commit: 'a'.repeat(40),
    synced_at: '2026-01-01T00:00:00.000Z',
    accepted: [{ id: 'echo-worker', version: '1.0.0', path: 'echo-worker' }],
    refused: [
      {
        code: 'manifest_invalid',
        severity: 'error',
        message: 'tags.0: must be a lower-case word',
        path: 'bad-worker',
        file: 'worker.toml',
        line: 7,
      },
    ],
    warnings: [],
    ...overrides,
  })
}

export function catalogs(fresh: () => Promise<Database>): void {
  it('keep a sync until it is deleted', async () => {
    const db = await fresh()
    const sync = aSyncRow()
    await db.insertSync(sync)
    await db.insertSync(aSyncRow({ id: 'other', commit: null, position: 3, entries: [] }))
    expect(await db.findSync(sync.id)).toEqual(sync)
    expect(await db.findSync('other')).toMatchObject({ commit: null, position: 3, entries: [] })
    await db.deleteSync(sync.id)
    await db.deleteSync(sync.id)
    expect(await db.findSync(sync.id)).toBeNull()
    expect(await db.findSync('other')).not.toBeNull()
  })

  it('keep a sync of very many workers', async () => {
    const db = await fresh()
    const entries = Array.from({ length: 30_000 }, (_, index) => ({
      id: aWorkerId(`worker-with-a-rather-long-name-${index}`),
      hash: aSha256(index),
    }))
    await db.insertSync(aSyncRow({ entries }))
    expect((await db.findSync('sync-1'))?.entries).toEqual(entries)
  })

  it('delete the syncs that were begun before a time', async () => {
    const db = await fresh()
    await db.insertSync(aSyncRow({ id: 'old', createdAt: 999 }))
    await db.insertSync(aSyncRow({ id: 'new', createdAt: 1000 }))
    await db.deleteSyncsBefore(1000)
    expect(await db.findSync('old')).toBeNull()
    expect(await db.findSync('new')).not.toBeNull()
  })

  const NO_FAILURE = { failed_at: null, failure: null }

  it('list what was found in each catalog, in their positions, those of equal ones by name', async () => {
    const db = await fresh()
    for (const [catalog, position] of [
      ['third', 1],
      ['second', 1],
      ['first', 0],
    ] as const) {
      await db.saveCatalogState(aState({ catalog }), position)
    }
    expect(await db.listCatalogStates()).toEqual([
      { position: 0, state: { ...aState({ catalog: 'first' }), ...NO_FAILURE } },
      { position: 1, state: { ...aState({ catalog: 'second' }), ...NO_FAILURE } },
      { position: 1, state: { ...aState({ catalog: 'third' }), ...NO_FAILURE } },
    ])
  })

  it('replace what was found before', async () => {
    const db = await fresh()
    await db.saveCatalogState(aState(), 0)
    const next = aState({ commit: null, refused: [] })
    await db.saveCatalogState(next, 3)
    expect(await db.listCatalogStates()).toEqual([{ position: 3, state: { ...next, ...NO_FAILURE } }])
  })

  it('keep the state of a catalog of very many workers', async () => {
    const db = await fresh()
    const accepted = Array.from({ length: 30_000 }, (_, index) => ({
      id: `worker-${index}`,
      version: '1.0.0',
      path: `community/workers/folder-of-worker-${index}`,
    }))
    await db.saveCatalogState(aState({ accepted }), 0)
    const states = await db.listCatalogStates()
    expect(states).toEqual([{ position: 0, state: { ...aState({ accepted }), ...NO_FAILURE } }])
  })

  const FAILURE = { code: 'catalog_unreadable', message: 'git: no route to host', next: 'Try again' } as const
  const AT = Date.UTC(2026, 0, 2)

  it('tell of a failure beside what was found before, until something is found again', async () => {
    const db = await fresh()
    const { catalog } = aState()
    await db.saveCatalogState(aState(), 0)
    await db.saveCatalogFailure(catalog, 0, { ...FAILURE, message: 'an earlier one', at: 1 })
    await db.saveCatalogFailure(catalog, 0, { ...FAILURE, at: AT })
    expect(await db.listCatalogStates()).toEqual([
      { position: 0, state: { ...aState(), failed_at: '2026-01-02T00:00:00.000Z', failure: FAILURE } },
    ])
    await db.saveCatalogState(aState(), 0)
    expect(await db.listCatalogStates()).toEqual([{ position: 0, state: { ...aState(), ...NO_FAILURE } }])
  })

  it('tell of a catalog that could never be read', async () => {
    const db = await fresh()
    await db.saveCatalogState(aState({ catalog: 'read' }), 2)
    await db.saveCatalogFailure('unread', 1, { ...FAILURE, at: AT })
    expect((await db.listCatalogStates())[0]).toEqual({
      position: 1,
      state: {
        catalog: 'unread',
        commit: null,
        synced_at: null,
        failed_at: '2026-01-02T00:00:00.000Z',
        failure: FAILURE,
        accepted: [],
        refused: [],
        warnings: [],
      },
    })
  })

  it('are forgotten one by one', async () => {
    const db = await fresh()
    for (const catalog of ['gone', 'kept']) {
      await db.saveCatalogState(aState({ catalog }), 0)
      await db.saveCatalogFailure(catalog, 0, { ...FAILURE, at: AT })
      await db.insertSync(aSyncRow({ id: catalog, catalog }))
    }
    await db.deleteCatalog('gone')
    expect((await db.listCatalogStates()).map(({ state }) => state.catalog)).toEqual(['kept'])
    expect(await db.findSync('gone')).toBeNull()
    expect(await db.findSync('kept')).not.toBeNull()
  })
}
