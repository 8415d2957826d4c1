import { openSqliteDatabase } from '@rbee/db/sqlite'
import { type CatalogEntry, catalogStatusSchema, type Finding } from '@rbee/schema'
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
import { entryHash } from '../entry-hash.ts'
import type { Database } from '../ports/database.ts'

const open = (database: Database = openSqliteDatabase(':memory:')) => aRegistry(database)

function entry(id: string, overrides: Partial<Parameters<typeof aCatalogEntry>[0]> = {}): CatalogEntry {
  const git = { url: null, commit: null, branch: null, path: `workers/${id}` }
  return aCatalogEntry({ manifest: aManifest({ id }), git, ...overrides })
}

async function servedIds({ ports }: TestRegistry): Promise<string[]> {
  const stored = await Promise.all(
    ['echo-worker', 'paint-worker', 'song-worker'].map(async (id) => {
      const document = await ports.documents.get({ kind: 'worker', id: aWorkerId(id) })
      return document === null ? [] : [id]
    }),
  )
  return stored.flat()
}

describe('a sync', () => {
  it('takes a catalog over, and writes its documents and status', async () => {
    const world = open()
    const entries = [entry('echo-worker'), entry('paint-worker', { version: '2.0.0', source: 'community' })]
    const { needed, accepted, state } = await syncCatalog(world.registry, 'main', entries)
    expect(needed).toEqual(['echo-worker', 'paint-worker'])
    expect(accepted.toSorted()).toEqual(['echo-worker', 'paint-worker'])
    expect(state).toEqual({
      catalog: 'main',
      commit: 'c'.repeat(40),
      synced_at: '2026-01-01T00:00:00.000Z',
      accepted: [
        { id: 'echo-worker', version: '1.0.0', path: 'workers/echo-worker' },
        { id: 'paint-worker', version: '2.0.0', path: 'workers/paint-worker' },
      ],
      refused: [],
      warnings: [],
      remaining: 0,
    })
    expect(await servedIds(world)).toEqual(['echo-worker', 'paint-worker'])
    const status = await world.ports.documents.get({ kind: 'catalog-status' })
    expect(catalogStatusSchema.parse(JSON.parse(new TextDecoder().decode(status?.body)))).toMatchObject({
      catalogs: [{ catalog: 'main', commit: state.commit, accepted: state.accepted, failure: null }],
    })
  })

  it('names the branch of a worker that has one of its own', async () => {
    const { registry } = open()
    const git = { url: null, commit: 'c'.repeat(40), branch: 'of/echo', path: '.' }
    const { state } = await syncCatalog(registry, 'main', [entry('echo-worker', { layout: 'branch', git })])
    expect(state.accepted).toEqual([{ id: 'echo-worker', version: '1.0.0', path: 'of/echo' }])
  })

  it('asks only for what changed', async () => {
    const { registry } = open()
    const entries = [entry('echo-worker'), entry('paint-worker')]
    await syncCatalog(registry, 'main', entries)
    const changed = [entry('echo-worker'), entry('paint-worker', { readme: '# New' })]
    const { needed, state } = await syncCatalog(registry, 'main', changed)
    expect(needed).toEqual(['paint-worker'])
    expect(state.accepted.map(({ id }) => id)).toEqual(['echo-worker', 'paint-worker'])
  })

  it('takes away what the catalog no longer holds, and of this catalog only', async () => {
    const world = open()
    await syncCatalog(world.registry, 'first', [entry('echo-worker'), entry('paint-worker')])
    await syncCatalog(world.registry, 'second', [entry('song-worker')])
    const { state } = await syncCatalog(world.registry, 'first', [entry('echo-worker')])
    expect(state.accepted.map(({ id }) => id)).toEqual(['echo-worker'])
    expect(await servedIds(world)).toEqual(['echo-worker', 'song-worker'])
    expect((await world.ports.database.listCatalogStates()).map(({ state: { catalog } }) => catalog)).toEqual(
      ['first', 'second'],
    )
  })

  it('of unchanged entries asks the database as often for many as for one', async () => {
    const statementsFor = async (count: number) => {
      let statements = 0
      const database = openSqliteDatabase(':memory:', {
        onQuery() {
          statements += 1
        },
      })
      const { registry } = open(database)
      const entries = Array.from({ length: count }, (_, index) => entry(`worker-${index}`))
      await syncCatalog(registry, 'main', entries)
      statements = 0
      const { needed, state } = await syncCatalog(registry, 'main', entries)
      expect(needed).toEqual([])
      expect(state.accepted).toHaveLength(count)
      return statements
    }
    expect(await statementsFor(200)).toBe(await statementsFor(1))
  })

  it('is for operators', async () => {
    const { registry } = open()
    const begin = registry.beginSync(aCaller(), { catalog: 'main', commit: null, entries: [] })
    expect(await failureCode(begin)).toBe('forbidden')
    expect(await failureCode(registry.addSyncEntries(aCaller(), 'x', []))).toBe('forbidden')
    expect(await failureCode(registry.finishSync(aCaller(), 'x', []))).toBe('forbidden')
    expect(await failureCode(registry.finishSync(anOperator(), 'x', []))).toBe('sync_not_found')
  })

  it('refuses a list that names a worker twice', async () => {
    const { registry } = open()
    const twice = [1, 2].map(() => ({ id: aWorkerId(), hash: 'a'.repeat(64) }))
    const begin = registry.beginSync(anOperator(), { catalog: 'main', commit: null, entries: twice })
    expect(await failureCode(begin)).toBe('duplicate_id')
  })

  it('is over when it is finished', async () => {
    const { registry } = open()
    const { sync_id } = await registry.beginSync(anOperator(), { catalog: 'main', commit: null, entries: [] })
    await registry.finishSync(anOperator(), sync_id, [])
    expect(await failureCode(registry.finishSync(anOperator(), sync_id, []))).toBe('sync_not_found')
  })

  it('that nobody finishes is forgotten', async () => {
    const { registry, clock } = open()
    const begun = await registry.beginSync(anOperator(), { catalog: 'main', commit: null, entries: [] })
    clock.advance(25 * 60 * 60 * 1000)
    await registry.sweep()
    expect(await failureCode(registry.finishSync(anOperator(), begun.sync_id, []))).toBe('sync_not_found')
  })

  it('names the branch and its manifest where a worker of a branch may not have its name', async () => {
    const { registry } = open()
    const git = { url: null, commit: null, branch: 'community/paint', path: '.' }
    const refused = entry('paint-rbee', { source: 'community', layout: 'branch', git })
    const { state } = await syncCatalog(registry, 'main', [refused])
    expect(state.refused).toMatchObject([
      { code: 'name_reserved', path: 'community/paint', file: 'metadata.json', field: 'id' },
    ])
  })

  it('keeps the findings of the compiler, errors apart from warnings', async () => {
    const { registry } = open()
    const finding = (severity: Finding['severity']): Finding => ({
      code: 'manifest_syntax',
      severity,
      message: 'what is wrong',
      next: null,
      path: 'workers/bad',
      file: 'worker.toml',
      line: 3,
      field: null,
      worker: null,
    })
    const findings = [finding('error'), finding('warning')]
    const { state } = await syncCatalog(registry, 'main', [entry('echo-worker')], findings)
    expect(state).toMatchObject({ refused: [findings[0]], warnings: [findings[1]] })
  })
})

describe('the end of a sync', () => {
  const ids = Array.from({ length: 30 }, (_, index) => `worker-${String(index).padStart(2, '0')}`)
  const entries = ids.map((id) => entry(id))

  async function begin(world: TestRegistry) {
    const announced = entries.map((one) => ({ id: one.manifest.id, hash: entryHash(one) }))
    const { sync_id } = await world.registry.beginSync(anOperator(), {
      catalog: 'main',
      commit: null,
      entries: announced,
    })
    await world.registry.addSyncEntries(anOperator(), sync_id, entries)
    return sync_id
  }
  const isServed = async ({ ports }: TestRegistry, id: string) =>
    (await ports.documents.get({ kind: 'worker', id: aWorkerId(id) })) !== null

  it('comes in several calls where one may not do all', async () => {
    const world = aRegistry(openSqliteDatabase(':memory:'), { operationsPerCall: 100 })
    const sync_id = await begin(world)
    const remaining: number[] = []
    do {
      const state = await world.registry.finishSync(anOperator(), sync_id, [])
      expect(state.accepted).toHaveLength(ids.length)
      remaining.push(state.remaining)
    } while (remaining.at(-1) !== 0)
    expect(remaining).toEqual(remaining.toSorted((a, b) => b - a))
    expect(remaining.length).toBeGreaterThan(2)
    for (const id of ids) expect(await isServed(world, id)).toBe(true)
    const again = world.registry.finishSync(anOperator(), sync_id, [])
    expect(await failureCode(again)).toBe('sync_not_found')
  })

  it('is come to by upkeep, where the client does not', async () => {
    const world = aRegistry(openSqliteDatabase(':memory:'), { operationsPerCall: 100 })
    await world.registry.finishSync(anOperator(), await begin(world), [])
    while ((await world.registry.writeDueDocuments()).remaining > 0);
    expect(await isServed(world, ids.at(-1) ?? '')).toBe(true)
  })

  it('does not wait for a worker whose rows are damaged, and says so', async () => {
    const [damaged = ''] = ids
    const database = openSqliteDatabase(':memory:')
    const isDamaged = (wanted: readonly string[]) => wanted.includes(damaged)
    const told: string[] = []
    const world = aRegistry(
      {
        ...database,
        getWorker: async (id) => (isDamaged([id]) ? JSON.parse('{') : database.getWorker(id)),
        getWorkers: async (wanted) =>
          isDamaged(wanted) && (await database.countDue()) > 0
            ? JSON.parse('{')
            : database.getWorkers(wanted),
      },
      { onUnwritable: ({ worker }) => told.push(worker) },
    )
    const state = await world.registry.finishSync(anOperator(), await begin(world), [])
    expect(state).toMatchObject({ remaining: 0, warnings: [{ worker: damaged, code: 'internal' }] })
    expect(told).toEqual([damaged])
    expect(await isServed(world, ids.at(-1) ?? '')).toBe(true)
    expect((await world.ports.database.listDue(10)).map(({ worker }) => worker)).toEqual([damaged])
  })
})

describe('refused entries', () => {
  const official = entry('paint-worker')
  const similar = entry('pa1nt-worker', { source: 'community' })
  const refusedIds = (state: { refused: readonly Finding[] }) => state.refused.map(({ worker }) => worker)

  it('are told again and not asked for again while nothing changes', async () => {
    const { registry } = open()
    const first = await syncCatalog(registry, 'main', [official, similar])
    expect(first.needed).toHaveLength(2)
    const second = await syncCatalog(registry, 'main', [official, similar])
    expect(second.needed).toEqual([])
    expect(second.state.refused).toEqual(first.state.refused)
    expect(refusedIds(second.state)).toEqual(['pa1nt-worker'])
  })

  it('are asked for when they changed, and forgotten when they are accepted or gone', async () => {
    const { registry, ports } = open()
    await syncCatalog(registry, 'main', [official, similar])
    const changed = entry('pa1nt-worker', { source: 'official' })
    expect(await syncCatalog(registry, 'main', [official, changed])).toMatchObject({
      needed: ['pa1nt-worker'],
      state: { refused: [] },
    })
    expect(await ports.database.listRefusals('main')).toEqual([])
    await syncCatalog(registry, 'other', [entry('paint-worker')])
    expect(await ports.database.listRefusals('other')).toHaveLength(1)
    await syncCatalog(registry, 'other', [])
    expect(await ports.database.listRefusals('other')).toEqual([])
  })

  it('are asked for when the worker in their way changed, and their catalog is to be read again', async () => {
    const { registry, ports } = open()
    await syncCatalog(registry, 'first', [official])
    const begin = {
      commit: 'a'.repeat(40),
      entries: [{ id: aWorkerId('paint-worker'), hash: entryHash(official) }],
    }
    const { sync_id } = await registry.beginSync(anOperator(), { catalog: 'second', ...begin })
    await registry.addSyncEntries(anOperator(), sync_id, [official])
    await registry.finishSync(anOperator(), sync_id, [], { compiler: 'sources 1' })
    const compilers = async () =>
      (await ports.database.listCatalogStates()).map(({ state }) => state.compiler ?? null)
    expect(await compilers()).toEqual([null, 'sources 1'])
    await syncCatalog(registry, 'first', [entry('paint-worker', { version: '1.1.0' })])
    expect(await compilers()).toEqual([null, null])
    const again = await syncCatalog(registry, 'second', [official])
    expect(again.needed).toEqual(['paint-worker'])
    await registry.dropCatalog(anOperator(), 'first')
    expect((await syncCatalog(registry, 'second', [official])).accepted).toEqual(['paint-worker'])
  })

  it('are told once, with the path that the client gave them', async () => {
    const { registry } = open()
    const git = { url: null, commit: null, branch: null, path: 'workers/community/pa1nt-worker' }
    const moved = entry('pa1nt-worker', { source: 'community', git })
    const announced = [official, moved].map((one) => ({ id: one.manifest.id, hash: entryHash(one) }))
    const input = { catalog: 'main', commit: null, entries: announced }
    for (const isFirst of [true, false]) {
      const { sync_id, needed } = await registry.beginSync(anOperator(), input)
      const { refused } = await registry.addSyncEntries(
        anOperator(),
        sync_id,
        [official, moved].filter(({ manifest }) => needed.includes(manifest.id)),
      )
      expect(refused).toHaveLength(isFirst ? 1 : 0)
      const told = refused.map((finding) => ({ ...finding, path: 'community/pa1nt-worker' }))
      const state = await registry.finishSync(anOperator(), sync_id, told, { folder: 'workers' })
      expect(state.refused.map(({ path }) => path)).toEqual(['community/pa1nt-worker'])
      expect(state.accepted.map(({ path }) => path)).toEqual(['paint-worker'])
    }
  })
})

describe('entries', () => {
  const send = async ({ registry }: TestRegistry, announced: CatalogEntry[], sent: unknown[]) => {
    const entries = announced.map((one) => ({ id: one.manifest.id, hash: entryHash(one) }))
    const { sync_id } = await registry.beginSync(anOperator(), { catalog: 'main', commit: null, entries })
    return { sync_id, ...(await registry.addSyncEntries(anOperator(), sync_id, sent)) }
  }

  it('are refused one by one', async () => {
    const world = open()
    const good = entry('echo-worker')
    const bad = { ...entry('paint-worker'), version: 'not a version' }
    const { accepted, refused } = await send(world, [good], [null, bad, 'junk', good, {}])
    expect(accepted).toEqual(['echo-worker'])
    expect(refused.map(({ code, severity }) => `${code} ${severity}`)).toEqual(
      Array.from({ length: 4 }, () => 'invalid_body error'),
    )
    expect(refused[1]).toMatchObject({ worker: 'paint-worker', path: 'workers/paint-worker' })
    expect(refused[1]?.message).toContain('version')
  })

  it('have to be those that were announced', async () => {
    const world = open()
    const other = { ...entry('echo-worker'), readme: '# Swapped' }
    const { accepted, refused } = await send(world, [entry('echo-worker')], [other, entry('song-worker')])
    expect(accepted).toEqual([])
    expect(refused.map(({ worker }) => worker)).toEqual(['echo-worker', 'song-worker'])
  })

  it('that never arrive are named in the state', async () => {
    const world = open()
    const { sync_id } = await send(world, [entry('echo-worker')], [])
    const state = await world.registry.finishSync(anOperator(), sync_id, [])
    expect(state).toMatchObject({ accepted: [], refused: [{ worker: 'echo-worker', code: 'invalid_body' }] })
  })

  it('with hostile texts leave short findings', async () => {
    const world = open()
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000))
    const wide = { manifest: { id: 'x'.repeat(100_000) }, git: { path: 'y'.repeat(100_000) } }
    const { refused } = await send(world, [], [deep, wide])
    expect(refused).toHaveLength(2)
    expect(JSON.stringify(refused).length).toBeLessThan(6000)
  })
})

describe('the rules of a sync', () => {
  const refusedCodes = ({ state }: Awaited<ReturnType<typeof syncCatalog>>) =>
    state.refused.map(({ code, worker }) => `${worker}: ${code}`)

  it('refuse a version older than the one that is served, and serve on', async () => {
    const world = open()
    await syncCatalog(world.registry, 'main', [entry('echo-worker', { version: '1.2.0' })])
    const older = await syncCatalog(world.registry, 'main', [entry('echo-worker', { version: '1.1.9' })])
    expect(refusedCodes(older)).toEqual(['echo-worker: downgrade'])
    expect(await servedIds(world)).toEqual(['echo-worker'])
    const newer = await syncCatalog(world.registry, 'main', [entry('echo-worker', { version: '1.10.0' })])
    expect(refusedCodes(newer)).toEqual([])
  })

  it('give a name that two entries claim to the official one', async () => {
    const { registry } = open()
    const cuda = { features: ['cuda'], default_feature: 'cuda' }
    const community = entry('echo-worker-cuda', { source: 'community' })
    const official = entry('echo-worker', { manifest: aManifest({ id: 'echo-worker', build: cuda }) })
    const result = await syncCatalog(registry, 'main', [community, official])
    expect(result.accepted).toEqual(['echo-worker'])
    expect(refusedCodes(result)).toEqual(['echo-worker-cuda: name_taken'])
  })

  it('let an official worker do without an alias that is the id of another', async () => {
    const { registry, ports } = open()
    const folder = entry('llm-worker-rbee-cpu', { layout: 'folder' })
    const { state } = await syncCatalog(registry, 'main', [folder, entry('llm-worker')])
    expect(state.refused).toEqual([])
    const names = (await ports.database.getWorker(aWorkerId('llm-worker')))?.names.map(({ name }) => name)
    expect(names?.toSorted()).toEqual(['cpu', 'llm-worker', 'llm-worker-cpu', 'llm-worker-rbee'])
  })

  it('refuse what looks official, and words that are reserved', async () => {
    const { registry } = open()
    const community = (id: string) => entry(id, { source: 'community' })
    const result = await syncCatalog(registry, 'main', [
      community('ech0-worker'),
      community('paint-rbee-cpu'),
      entry('echo-worker'),
    ])
    expect(refusedCodes(result).toSorted()).toEqual([
      'ech0-worker: name_too_similar',
      'paint-rbee-cpu: name_reserved',
    ])
  })

  it('leave a worker with the catalog that brought it', async () => {
    const { registry } = open()
    await syncCatalog(registry, 'first', [entry('echo-worker')])
    const second = await syncCatalog(registry, 'second', [entry('echo-worker', { version: '9.0.0' })])
    expect(refusedCodes(second)).toEqual(['echo-worker: duplicate_id'])
  })

  it('let a worker move to another catalog, but no official name to a community worker', async () => {
    const { registry } = open()
    await syncCatalog(registry, 'first', [entry('echo-worker'), entry('paint-worker')])
    await syncCatalog(registry, 'first', [])
    const second = await syncCatalog(registry, 'second', [
      entry('echo-worker'),
      entry('paint-worker', { source: 'community' }),
    ])
    expect(second.state.accepted.map(({ id }) => id)).toEqual(['echo-worker'])
    expect(refusedCodes(second)).toEqual(['paint-worker: name_taken'])
  })

  const publish = async ({ registry }: TestRegistry, caller = aCaller()) => {
    const packed = await packedArchive({ 'bin/echo-worker': 'echo' })
    await sendArchive(registry, caller, packed)
    await registry.publishRelease(
      caller,
      aWorkerId(),
      aReleaseInput({ manifest: aManifest(), artifacts: [artifactOf([packed])] }),
    )
  }

  it('leave an id with who published it first', async () => {
    const world = open()
    await publish(world)
    const result = await syncCatalog(world.registry, 'main', [entry('echo-worker')])
    expect(refusedCodes(result)).toEqual(['echo-worker: name_taken'])
  })

  it('let a catalog describe, and make official, what an operator published', async () => {
    const world = open()
    await publish(world, anOperator())
    const result = await syncCatalog(world.registry, 'main', [entry('echo-worker')])
    expect(refusedCodes(result)).toEqual([])
    expect((await world.ports.database.getWorker(aWorkerId()))?.worker.source).toBe('official')
  })

  it('keep the releases of a worker whose folder is gone', async () => {
    const world = open()
    await publish(world, anOperator())
    await syncCatalog(world.registry, 'main', [entry('echo-worker')])
    await syncCatalog(world.registry, 'main', [])
    expect(await servedIds(world)).toEqual(['echo-worker'])
  })
})
