import { openSqliteDatabase } from '@rbee/db/sqlite'
import { searchFiltersSchema } from '@rbee/schema'
import {
  aCaller,
  aCatalogEntry,
  aManifest,
  anOperator,
  aRegistry,
  aReleaseInput,
  artifactOf,
  packedArchive,
  sendArchive,
  syncCatalog,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createSearch, type SearchQuestion } from './create-search.ts'

const LLAMA = aCatalogEntry({ manifest: aManifest({ id: 'llama-chatbot', name: 'Llama Chatbot' }) })

function aWorld() {
  const database = openSqliteDatabase(':memory:')
  const world = aRegistry(database)
  const search = createSearch(world.ports)
  const find = (q: string, rest: Partial<SearchQuestion> = {}) =>
    search.find({
      q,
      filters: searchFiltersSchema.parse({}),
      sort: null,
      cursor: null,
      limit: 20,
      explain: true,
      host: null,
      ...rest,
    })
  const ids = async (q: string) => (await find(q)).hits.map(({ worker }) => worker.id as string)
  return { ...world, database, search, find, ids }
}

type World = ReturnType<typeof aWorld>

/** Publishes a community worker and lets it be downloaded. */
async function publish(world: World, id: string, name: string, downloads = 0) {
  const packed = await packedArchive({ [`bin/${id}`]: id })
  await sendArchive(world.registry, aCaller(), packed)
  const input = aReleaseInput({ manifest: aManifest({ id, name }), artifacts: [artifactOf([packed])] })
  await world.registry.publishRelease(aCaller(), input.manifest.id, input)
  const day = new Date(world.clock()).toISOString().slice(0, 10)
  const marks = Array.from({ length: downloads }, (_, client) => ({
    day,
    client: `client ${client}`,
    sha256: packed.sha256,
  }))
  await world.registry.countDownloads(marks)
  await world.registry.writeDueStatistics()
}

describe('a look-alike', () => {
  it('does not win by downloads, also where only the name that people read is alike', async () => {
    const world = aWorld()
    await syncCatalog(world.registry, 'main', [LLAMA])
    await publish(world, 'quick-talker', 'LLAMA chatb0t', 500)
    await publish(world, 'llama-talker', 'Llama talker', 500)
    const { hits } = await world.find('llama')
    expect(hits.map(({ worker }) => worker.id)).toEqual(['llama-talker', 'llama-chatbot', 'quick-talker'])
    const [fake] = (await world.find('quick-talker')).hits
    expect(fake?.worker.downloads).toBe(500)
    expect(fake?.explain).toMatchObject({ downloads: 0, standing: -3 })
  })

  it('of somebody of whom nothing is known either is the younger of the two', async () => {
    const world = aWorld()
    await publish(world, 'whisper-server', 'Speech')
    for (const id of [
      'whisper-serverr',
      'whisperserver',
      'wh1sper-server',
      'vvhisper-server',
      'wihsper-server',
    ]) {
      world.clock.advance(1000)
      await publish(world, id, 'Speech', 50)
    }
    await publish(world, 'whisper-server-2', 'Speech', 20)
    const standing = async () =>
      new Map((await world.find('speech')).hits.map(({ worker, explain }) => [worker.id, explain?.standing]))
    expect(Object.fromEntries(await standing())).toEqual({
      'whisper-server-2': 0,
      'whisper-server': 0,
      'whisper-serverr': -3,
      whisperserver: -3,
      'wh1sper-server': -3,
      'vvhisper-server': -3,
      'wihsper-server': -3,
    })
    expect(await world.ids('whisper server')).toEqual(expect.arrayContaining(['whisper-server']))
    expect((await world.ids('whisper server'))[0]).toBe('whisper-server')
  })

  it('that was there before the official worker is found out when that comes', async () => {
    const world = aWorld()
    await publish(world, 'llama-chatb0t', 'Another', 500)
    expect((await world.find('another')).hits[0]?.explain).toMatchObject({ standing: 0 })
    await syncCatalog(world.registry, 'main', [LLAMA])
    expect((await world.find('another')).hits[0]?.explain).toMatchObject({ standing: -3, downloads: 0 })
    await world.registry.dropCatalog(anOperator(), 'main')
    expect((await world.find('another')).hits[0]?.explain).toMatchObject({ standing: 0 })
  })

  it('by its name alone is found out as well when the official worker comes, and no longer when that is called otherwise', async () => {
    const world = aWorld()
    await publish(world, 'quick-talker', 'Llama Сhatbоt', 500)
    expect((await world.find('quick-talker')).hits[0]?.explain).toMatchObject({ standing: 0 })
    await syncCatalog(world.registry, 'main', [LLAMA])
    expect((await world.find('quick-talker')).hits[0]?.explain).toMatchObject({ standing: -3 })
    const renamed = { ...LLAMA, manifest: { ...LLAMA.manifest, name: 'Talks to llamas' } }
    await syncCatalog(world.registry, 'main', [renamed])
    expect((await world.find('quick-talker')).hits[0]?.explain).toMatchObject({ standing: 0 })
  })
})

describe('the index', () => {
  it('is filled by a server whose database is of an earlier version', async () => {
    const world = aWorld()
    await syncCatalog(world.registry, 'main', [LLAMA])
    const [entry] = await world.database.listIndexed(-1, null, 10)
    if (entry === undefined) throw new Error('nothing is indexed')
    await world.database.saveIndexed([], [{ worker: LLAMA.manifest.id, revision: 1_000_000 }], world.clock())
    expect(await world.ids('llama')).toEqual([])
    await world.database.sweepIndex(Number.MAX_SAFE_INTEGER)
    await world.database.markAllDue()
    await world.registry.writeDueDocuments()
    expect(await world.ids('llama')).toEqual(['llama-chatbot'])
  })

  it('is not taken back by a writer that read older rows', async () => {
    const world = aWorld()
    await syncCatalog(world.registry, 'main', [LLAMA])
    const removal = [{ worker: LLAMA.manifest.id, revision: 0 }]
    expect(await world.database.saveIndexed([], removal, world.clock())).toBe(false)
    expect(await world.ids('llama')).toEqual(['llama-chatbot'])
  })

  it('follows what happens to a worker', async () => {
    const world = aWorld()
    await publish(world, 'echo-worker', 'Echo')
    expect((await world.find('echo')).hits[0]?.explain).toMatchObject({ standing: 0, binaries: 0.4 })
    await world.registry.deprecateWorker(anOperator(), aManifest().id, { reason: 'Old' })
    expect((await world.find('echo')).hits[0]?.explain).toMatchObject({ standing: -3 })
    await world.registry.undeprecateWorker(anOperator(), aManifest().id, 'Not so old')
    await syncCatalog(world.registry, 'main', [LLAMA])
    expect(await world.ids('llama')).toEqual(['llama-chatbot'])
    await world.registry.dropCatalog(anOperator(), 'main')
    expect(await world.ids('llama')).toEqual([])
  })
})

describe('pages', () => {
  it('stay what they were where nothing had changed for hours before the first', async () => {
    const world = aWorld()
    for (const name of ['one', 'two', 'three']) await publish(world, `echo-${name}`, `Echo ${name}`)
    world.clock.advance(5 * 60 * 60_000)
    const first = await world.find('echo', { sort: 'name', limit: 1 })
    await publish(world, 'echo-four', 'Echo', 3)
    world.clock.advance(59 * 60_000)
    const rest = await world.find('echo', { sort: 'name', cursor: first.next_cursor })
    expect(rest).toMatchObject({ total: 3, hits: [{}, {}] })
    world.clock.advance(2 * 60_000)
    expect((await world.find('echo', { sort: 'name', cursor: first.next_cursor })).total).toBe(4)
  })

  it('stay what they were when downloads change the order, and old rows go in the end', async () => {
    const world = aWorld()
    for (const name of ['one', 'two', 'three']) await publish(world, `echo-${name}`, `Echo ${name}`)
    const first = await world.find('echo', { sort: 'downloads', limit: 1 })
    const last = (await world.find('echo', { sort: 'downloads' })).hits.at(-1)?.worker.id
    await publish(world, 'echo-four', 'Echo four', 3)
    const day = new Date(world.clock()).toISOString().slice(0, 10)
    const packed = await packedArchive({ [`bin/${last}`]: `${last}` })
    await world.registry.countDownloads([{ day, client: 'a client', sha256: packed.sha256 }])
    await world.registry.writeDueStatistics()
    expect(
      (await world.find('echo', { sort: 'downloads' })).hits.map(({ worker }) => worker.id).slice(0, 2),
    ).toEqual(['echo-four', last])
    const rest = await world.find('echo', { sort: 'downloads', cursor: first.next_cursor })
    expect(rest.total).toBe(3)
    expect([...first.hits, ...rest.hits].map(({ worker }) => worker.id).toSorted()).toEqual([
      'echo-one',
      'echo-three',
      'echo-two',
    ])
    world.clock.advance(3 * 60 * 60_000)
    await world.registry.sweep()
    const rows = await world.database.listIndexed(-1, null, 100)
    expect(rows.map(({ until }) => until)).toEqual([null, null, null, null])
  })
})
