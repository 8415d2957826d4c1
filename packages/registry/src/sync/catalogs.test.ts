import { openSqliteDatabase } from '@rbee/db/sqlite'
import { catalogStatusSchema } from '@rbee/schema'
import {
  aCaller,
  aCatalogEntry,
  aManifest,
  anOperator,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aWorkerId,
  failureCode,
  packedArchive,
  sendArchive,
  syncCatalog,
  type TestRegistry,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const open = () => aRegistry(openSqliteDatabase(':memory:'))
const entry = (id: string, overrides: Partial<Parameters<typeof aCatalogEntry>[0]> = {}) =>
  aCatalogEntry({ manifest: aManifest({ id }), ...overrides })

async function statusOf({ ports }: TestRegistry) {
  const stored = await ports.documents.get({ kind: 'catalog-status' })
  return catalogStatusSchema.parse(JSON.parse(new TextDecoder().decode(stored?.body))).catalogs
}

async function isServed({ ports }: TestRegistry, id: string): Promise<boolean> {
  return (await ports.documents.get({ kind: 'worker', id: aWorkerId(id) })) !== null
}

describe('a catalog that cannot be read', () => {
  const failure = { code: 'catalog_unreadable', message: 'git: no route to host', next: null } as const

  it('is told in the status beside what it brought before, which is served on', async () => {
    const world = open()
    await syncCatalog(world.registry, 'main', [entry('echo-worker')])
    world.clock.advance(60_000)
    await world.registry.recordCatalogFailure(anOperator(), 'main', failure)
    expect(await statusOf(world)).toMatchObject([
      {
        catalog: 'main',
        synced_at: '2026-01-01T00:00:00.000Z',
        failed_at: '2026-01-01T00:01:00.000Z',
        failure,
        accepted: [{ id: 'echo-worker' }],
      },
    ])
    expect(await isServed(world, 'echo-worker')).toBe(true)
    await syncCatalog(world.registry, 'main', [entry('echo-worker')])
    expect(await statusOf(world)).toMatchObject([{ failed_at: null, failure: null }])
  })

  it('has its place among the others before it was ever read', async () => {
    const world = open()
    const begin = { commit: null, entries: [], position: 1 }
    const { sync_id } = await world.registry.beginSync(anOperator(), { catalog: 'second', ...begin })
    await world.registry.finishSync(anOperator(), sync_id, [])
    await world.registry.recordCatalogFailure(anOperator(), 'first', failure, 0)
    await world.registry.recordCatalogFailure(anOperator(), 'unplaced', failure)
    expect((await statusOf(world)).map(({ catalog }) => catalog)).toEqual(['first', 'second', 'unplaced'])
  })

  it('is noted by operators only', async () => {
    const { registry } = open()
    expect(await failureCode(registry.recordCatalogFailure(aCaller(), 'main', failure))).toBe('forbidden')
    expect(await failureCode(registry.dropCatalog(aCaller(), 'main'))).toBe('forbidden')
  })
})

describe('a catalog that is dropped', () => {
  it('takes its descriptions with it, and leaves names and releases', async () => {
    const world = open()
    await syncCatalog(world.registry, 'old', [entry('echo-worker'), entry('paint-worker')])
    const packed = await packedArchive({ 'bin/echo-worker': 'echo' })
    await sendArchive(world.registry, anOperator(), packed)
    const release = aReleaseInput({ artifacts: [artifactOf([packed])] })
    await world.registry.publishRelease(anOperator(), aWorkerId(), release)

    expect(await world.registry.dropCatalog(anOperator(), 'old')).toEqual({
      catalog: 'old',
      removed: 2,
      remaining: 0,
    })
    expect(await isServed(world, 'echo-worker')).toBe(true)
    expect(await isServed(world, 'paint-worker')).toBe(false)
    expect(await statusOf(world)).toEqual([])
    const build = { features: ['worker'], default_feature: 'worker' }
    const manifest = aManifest({ id: 'paint', build, requirements: { worker: { priority: 1 } } })
    const squatter = await syncCatalog(world.registry, 'other', [entry('paint', { manifest })])
    expect(squatter.state.refused).toMatchObject([{ worker: 'paint', code: 'name_taken' }])
    expect(await failureCode(world.registry.dropCatalog(anOperator(), 'old'))).toBe('catalog_not_found')
  })

  it('leaves its workers to another catalog, and does not get them back', async () => {
    const world = open()
    await syncCatalog(world.registry, '/srv/old', [entry('echo-worker')])
    const early = await syncCatalog(world.registry, '/srv/new', [entry('echo-worker', { version: '1.1.0' })])
    expect(early.state.refused.map(({ code }) => code)).toEqual(['duplicate_id'])
    await world.registry.dropCatalog(anOperator(), '/srv/old')
    const moved = await syncCatalog(world.registry, '/srv/new', [entry('echo-worker', { version: '1.1.0' })])
    expect(moved.accepted).toEqual(['echo-worker'])
    const back = await syncCatalog(world.registry, '/srv/old', [entry('echo-worker', { version: '1.2.0' })])
    expect(back.state.refused.map(({ code }) => code)).toEqual(['duplicate_id'])
  })

  it('may be one that could never be read', async () => {
    const world = open()
    const failure = { code: 'catalog_unreadable', message: 'gone', next: null } as const
    await world.registry.recordCatalogFailure(anOperator(), 'main', failure)
    expect(await world.registry.dropCatalog(anOperator(), 'main')).toMatchObject({ removed: 0 })
    expect(await statusOf(world)).toEqual([])
  })
})
