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
    await db.insertSync(aSyncRow({ id: 'other', commit: null, entries: [] }))
    expect(await db.findSync(sync.id)).toEqual(sync)
    expect(await db.findSync('other')).toMatchObject({ commit: null, entries: [] })
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

  it('list what was found in each catalog, in their positions', async () => {
    const db = await fresh()
    await db.saveCatalogState(aState({ catalog: 'second' }), 1)
    await db.saveCatalogState(aState({ catalog: 'first' }), 0)
    expect(await db.listCatalogStates()).toEqual([
      aState({ catalog: 'first' }),
      aState({ catalog: 'second' }),
    ])
  })

  it('replace what was found before', async () => {
    const db = await fresh()
    await db.saveCatalogState(aState(), 0)
    await db.saveCatalogState(aState({ commit: null, refused: [] }), 3)
    expect(await db.listCatalogStates()).toEqual([aState({ commit: null, refused: [] })])
  })

  it('keep the state of a catalog of very many workers', async () => {
    const db = await fresh()
    const accepted = Array.from({ length: 30_000 }, (_, index) => ({
      id: `worker-${index}`,
      version: '1.0.0',
      path: `community/workers/folder-of-worker-${index}`,
    }))
    await db.saveCatalogState(aState({ accepted }), 0)
    expect(await db.listCatalogStates()).toEqual([aState({ accepted })])
    expect(await db.listCatalogStates()).toHaveLength(1)
  })
}
