import { openSqliteDatabase } from '@rbee/db/sqlite'
import {
  aCaller,
  aCatalogEntry,
  aManifest,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aWorkerId,
  failureCode,
  packedArchive,
  sendArchive,
  syncCatalog,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const ECHO = aWorkerId()
const PAINT = aWorkerId('paint-worker')
const packed = await packedArchive({ 'bin/echo-worker': 'one' })
const other = await packedArchive({ 'bin/echo-worker': 'two' })
const releaseOf = (archive: typeof packed, version = '1.0.0') =>
  aReleaseInput({ version, artifacts: [artifactOf([archive])] })

/** A catalog's worker with two releases, and a worker of a publisher's own. */
async function aWorld() {
  const world = aRegistry(openSqliteDatabase(':memory:'))
  await syncCatalog(world.registry, 'main', [aCatalogEntry()])
  for (const archive of [packed, other]) await sendArchive(world.registry, aCaller(), archive)
  await world.registry.publishRelease(aCaller(), ECHO, releaseOf(packed))
  await world.registry.publishRelease(aCaller(), ECHO, releaseOf(other, '1.1.0'))
  const paint = await packedArchive({ 'bin/paint-worker': 'p' })
  await sendArchive(world.registry, aCaller(), paint)
  const input = aReleaseInput({ manifest: aManifest({ id: PAINT }), artifacts: [artifactOf([paint])] })
  await world.registry.publishRelease(aCaller(), PAINT, input)
  return world
}

describe('a database that was lost', () => {
  it('gets every row back, so that releases stay what they are', async () => {
    const before = await aWorld()
    const { documents, archives } = before.ports
    const after = aRegistry(openSqliteDatabase(':memory:'), { documents, archives })
    expect(await after.registry.restoreLostRows()).toEqual({ restored: 2, lost: [] })
    for (const id of [ECHO, PAINT]) {
      expect(await after.ports.database.getWorker(id)).toEqual(await before.ports.database.getWorker(id))
    }
    await after.registry.writeDueDocuments()
    await syncCatalog(after.registry, 'main', [aCatalogEntry()])
    const publish = (input: ReturnType<typeof releaseOf>, caller = aCaller()) =>
      after.registry.publishRelease(caller, ECHO, input)
    expect(await publish(releaseOf(packed))).toMatchObject({ created: false })
    expect(await failureCode(publish(releaseOf(other)))).toBe('version_conflict')
    expect(await failureCode(publish(releaseOf(other, '2.0.0'), aCaller({ tokenId: 'x' })))).toBe('forbidden')
  })

  it('is not touched while nothing is lost', async () => {
    const { registry } = await aWorld()
    expect(await registry.restoreLostRows()).toEqual({ restored: 0, lost: [] })
  })

  it('gets back what a restoring that was cut off left out', async () => {
    const before = await aWorld()
    const { documents, archives } = before.ports
    const database = openSqliteDatabase(':memory:')
    const record = await before.ports.database.getWorker(ECHO)
    const [release] = record?.releases ?? []
    if (!record || !release) throw new Error('no release')
    await database.insertRelease(record.worker, record.names, release)
    const after = aRegistry(database, { documents, archives })
    expect(await after.registry.restoreLostRows()).toEqual({ restored: 2, lost: [] })
    expect((await database.getWorker(ECHO))?.releases).toHaveLength(2)
  })

  it('tells of workers whose rows are gone, too', async () => {
    const before = await aWorld()
    const { documents, archives } = before.ports
    await documents.delete({ kind: 'worker-rows', id: PAINT })
    const after = aRegistry(openSqliteDatabase(':memory:'), { documents, archives })
    expect(await after.registry.restoreLostRows()).toEqual({ restored: 1, lost: [PAINT] })
  })
})
