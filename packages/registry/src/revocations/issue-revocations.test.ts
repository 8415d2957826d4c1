import { openSqliteDatabase } from '@rbee/db/sqlite'
import type { Database, DocumentStore } from '@rbee/registry'
import { type Revocations, revocationsSchema } from '@rbee/schema'
import {
  aManifest,
  anOperator,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aVersion,
  aWorkerId,
  memoryDocumentStore,
  type PackedArchive,
  packedArchive,
  sendArchive,
  type TestRegistry,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const ECHO = aWorkerId()
const VERSION = aVersion()
const DAY = 86_400_000
const packed = await packedArchive({ 'bin/echo-worker': 'one' })

async function withRelease(
  overrides: Parameters<typeof aRegistry>[1] = {},
  archive: PackedArchive = packed,
): Promise<TestRegistry> {
  const world = aRegistry(openSqliteDatabase(':memory:'), overrides)
  await sendArchive(world.registry, anOperator(), archive)
  const input = aReleaseInput({ artifacts: [artifactOf([archive])] })
  await world.registry.publishRelease(anOperator(), ECHO, input)
  return world
}

const change = ({ registry }: TestRegistry, kind: 'quarantine' | 'release_quarantine', reason = 'it harms') =>
  registry.changeRelease(anOperator(), { id: ECHO, version: VERSION, kind, reason })

async function stored(documents: DocumentStore): Promise<Revocations> {
  const document = await documents.get({ kind: 'revocations' })
  if (document === null) throw new Error('there is no list')
  return revocationsSchema.parse(JSON.parse(new TextDecoder().decode(document.body)))
}

const isBlocked = async (documents: DocumentStore) =>
  (await documents.get({ kind: 'blocked-archive', sha256: packed.sha256 })) !== null

describe('the list of quarantined releases', () => {
  it('is issued once, and again when half of its time has passed', async () => {
    const world = await withRelease()
    const first = await world.registry.issueRevocations()
    expect(first).toMatchObject({ total: 0, releases: [] })
    expect(Date.parse(first.expires_at) - Date.parse(first.issued_at)).toBe(7 * DAY)
    world.clock.advance(3 * DAY)
    expect(await world.registry.issueRevocations()).toEqual(first)
    world.clock.advance(DAY)
    const second = await world.registry.issueRevocations()
    expect(second.sequence).toBeGreaterThan(first.sequence)
    expect(Date.parse(second.issued_at)).toBe(world.clock())
    expect(await stored(world.ports.documents)).toEqual(second)
  })

  it('is good for as long as the operator says', async () => {
    const world = await withRelease({ revocationsLifetimeMs: DAY })
    const list = await world.registry.issueRevocations()
    expect(Date.parse(list.expires_at) - Date.parse(list.issued_at)).toBe(DAY)
  })

  it('never has a lower number, also where it was lost or the clock was set back', async () => {
    const world = await withRelease()
    const first = await world.registry.issueRevocations()
    expect(first.sequence).toBeGreaterThanOrEqual(Math.floor(world.clock() / 1000))
    world.clock.advance(1000)
    await world.ports.documents.delete({ kind: 'revocations' })
    const anew = await world.registry.issueRevocations()
    expect(anew.sequence).toBeGreaterThan(first.sequence)
    world.clock.advance(-DAY)
    await change(world, 'quarantine')
    expect((await stored(world.ports.documents)).sequence).toBe(anew.sequence + 1)
  })

  it('is brought in line with the rows where a call was interrupted before it wrote any document', async () => {
    const world = await withRelease()
    const { database, documents } = world.ports
    const event = { kind: 'quarantine', worker: ECHO, version: VERSION, reason: 'it harms' } as const
    await database.saveEvent({ ...event, successor: null, actor: 'operator', at: world.clock() })
    expect(await isBlocked(documents)).toBe(false)
    await world.registry.issueRevocations()
    expect(await isBlocked(documents)).toBe(true)
    expect(await stored(documents)).toMatchObject({
      total: 1,
      releases: [{ worker: ECHO, version: VERSION, digests: [packed.digest], reason: 'it harms' }],
    })
  })

  it('replaces a stored one that cannot be read', async () => {
    const world = await withRelease()
    await world.ports.documents.put({ kind: 'revocations' }, new TextEncoder().encode('{"sequence":"x"}'))
    await change(world, 'quarantine')
    expect(await stored(world.ports.documents)).toMatchObject({ total: 1 })
  })

  it('says the first 200 characters of a long reason', async () => {
    const world = await withRelease()
    await change(world, 'quarantine', 'x'.repeat(500))
    const { releases } = await stored(world.ports.documents)
    expect(releases[0]?.reason).toBe(`${'x'.repeat(199)}…`)
  })

  it('lets nothing go while rows are missing', async () => {
    const world = await withRelease()
    await change(world, 'quarantine')
    const { documents, archives } = world.ports
    const before = await stored(documents)
    const empty = aRegistry(openSqliteDatabase(':memory:'), { documents, archives, clock: world.clock })
    expect((await empty.registry.issueRevocations()).releases).toEqual(before.releases)
    expect(await isBlocked(documents)).toBe(true)
    await empty.registry.restoreLostRows()
    expect((await empty.registry.issueRevocations()).releases).toEqual(before.releases)
    await change(empty, 'release_quarantine')
    expect(await stored(documents)).toMatchObject({ total: 0, releases: [] })
    expect(await isBlocked(documents)).toBe(false)
  })

  it('ends as the rows do, whoever quarantines and releases at the same time', async () => {
    for (let round = 0; round < 10; round += 1) {
      const world = await withRelease({ documents: slowed(memoryDocumentStore()) })
      await change(world, 'quarantine')
      await Promise.all([
        change(world, 'release_quarantine'),
        change(world, 'quarantine', `again ${round}`),
        change(world, 'quarantine', 'once more'),
        world.registry.issueRevocations(),
      ])
      const { database, documents } = world.ports
      const row = await database.getRelease(ECHO, VERSION)
      const isQuarantined = row?.quarantined !== null
      const { releases } = await stored(documents)
      expect(releases.map(({ reason }) => reason)).toEqual(isQuarantined ? [row?.quarantined] : [])
      expect(await isBlocked(documents)).toBe(isQuarantined)
    }
  })

  it('keeps bytes blocked that another call quarantined again while this one let them go', async () => {
    const documents = memoryDocumentStore()
    let meanwhile: (() => Promise<unknown>) | null = null
    const world = await withRelease({
      documents: {
        ...documents,
        async delete(key) {
          const other = key.kind === 'blocked-archive' ? meanwhile : null
          meanwhile = null
          await other?.()
          await documents.delete(key)
        },
      },
    })
    await change(world, 'quarantine')
    meanwhile = () => change(world, 'quarantine', 'it does harm')
    await change(world, 'release_quarantine')
    expect(await stored(documents)).toMatchObject({ total: 1, releases: [{ reason: 'it does harm' }] })
    expect(await isBlocked(documents)).toBe(true)
  })

  it('names many, and asks for the rows of those alone that are new', async () => {
    const database = openSqliteDatabase(':memory:')
    let asked = 0
    const counted: Database = {
      ...database,
      getWorkers(ids) {
        asked += ids.length
        return database.getWorkers(ids)
      },
    }
    const { registry } = aRegistry(counted)
    const quarantined = async (index: number) => {
      const id = aWorkerId(`echo-worker-${index}`)
      const archive = await packedArchive({ [`bin/${id}`]: `number ${index}` })
      await sendArchive(registry, anOperator(), archive)
      const input = aReleaseInput({ manifest: aManifest({ id }), artifacts: [artifactOf([archive])] })
      await registry.publishRelease(anOperator(), id, input)
      await registry.changeRelease(anOperator(), {
        id,
        version: input.version,
        kind: 'quarantine',
        reason: 'it harms',
      })
    }
    for (let index = 0; index < 30; index += 1) await quarantined(index)
    expect((await registry.issueRevocations()).releases).toHaveLength(30)
    asked = 0
    await quarantined(30)
    // For its archives, for the patches that make them, and for the index of search with each of the two changes.
    expect(asked).toBe(4)
  })
})

/** Answers later, and in another order. */
function slowed(store: DocumentStore): DocumentStore {
  let turn = 0
  const later = async () => {
    turn += 7
    for (let wait = turn % 5; wait > 0; wait -= 1) await Promise.resolve()
  }
  return {
    async get(key) {
      await later()
      return store.get(key)
    },
    async put(key, body, expected) {
      await later()
      return store.put(key, body, expected)
    },
    async delete(key) {
      await later()
      await store.delete(key)
    },
  }
}
