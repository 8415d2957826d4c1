import type { CatalogState } from '@rbee/schema'
import { expect, it } from 'vitest'
import { writeCatalogStatus } from './catalog-status.ts'
import { readJson } from './json-bytes.ts'
import { documentPorts } from './samples.ts'

const state = (catalog: string): CatalogState => ({
  catalog,
  commit: 'a'.repeat(40),
  synced_at: '2026-01-01T00:00:00.000Z',
  accepted: [{ id: 'echo-worker', version: '1.0.0', path: 'echo-worker' }],
  refused: [],
  warnings: [],
})

it('writes what every catalog brought, also while another sync ends', async () => {
  const states: CatalogState[] = []
  const placed = async () => states.map((one, position) => ({ position, state: one }))
  const ports = documentPorts(new Map())
  const database = { ...ports.database, listCatalogStates: placed }
  const stored = async () => {
    const document = await ports.documents.get({ kind: 'catalog-status' })
    return document && readJson(document.body)
  }
  await writeCatalogStatus({ ...ports, database })
  expect(await stored()).toEqual({ catalogs: [] })
  const syncs = ['first', 'second', 'third'].map(async (catalog) => {
    states.push(state(catalog))
    await writeCatalogStatus({ ...ports, database })
  })
  await Promise.all(syncs)
  expect(await stored()).toEqual({ catalogs: [state('first'), state('second'), state('third')] })
})
