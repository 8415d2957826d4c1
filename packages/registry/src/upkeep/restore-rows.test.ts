import { openSqliteDatabase } from '@rbee/db/sqlite'
import {
  aCaller,
  aCatalogEntry,
  aManifest,
  anOperator,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aVersion,
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
    expect(await after.registry.restoreLostRows()).toMatchObject({ restored: 2, lost: [] })
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

  it('gets back what was withdrawn, blocked and deprecated', async () => {
    const before = await aWorld()
    const release = { id: ECHO, version: aVersion('1.1.0') }
    for (const kind of ['yank', 'quarantine', 'confirm_security_fix'] as const)
      await before.registry.changeRelease(anOperator(), { ...release, kind, reason: kind })
    await before.registry.deprecateWorker(anOperator(), PAINT, { reason: 'use the other', successor: ECHO })
    const { documents, archives } = before.ports
    const after = aRegistry(openSqliteDatabase(':memory:'), { documents, archives })
    await after.registry.restoreLostRows()
    const kept = await after.ports.database.getWorker(ECHO)
    expect(kept?.releases.find(({ version }) => version === release.version)).toMatchObject({
      yanked: 'yank',
      quarantined: 'quarantine',
      quarantinedAt: before.clock(),
      securityFix: 'confirm_security_fix',
    })
    for (const id of [ECHO, PAINT])
      expect(await after.ports.database.getWorker(id)).toEqual(await before.ports.database.getWorker(id))
  })

  it('is not touched while nothing is lost', async () => {
    const { registry } = await aWorld()
    expect(await registry.restoreLostRows()).toMatchObject({ restored: 0, lost: [] })
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
    expect(await after.registry.restoreLostRows()).toMatchObject({ restored: 2, lost: [] })
    expect((await database.getWorker(ECHO))?.releases).toHaveLength(2)
  })

  it('tells of workers whose rows are gone, too', async () => {
    const before = await aWorld()
    const { documents, archives } = before.ports
    await documents.delete({ kind: 'worker-rows', id: PAINT })
    const after = aRegistry(openSqliteDatabase(':memory:'), { documents, archives })
    expect(await after.registry.restoreLostRows()).toMatchObject({ restored: 1, lost: [PAINT] })
  })

  it('gets its rows back a few at a time where a call may do only so much', async () => {
    const before = aRegistry(openSqliteDatabase(':memory:'))
    const ids = ['echo-worker', ...Array.from({ length: 30 }, (_, index) => `worker-no-${index}`)]
    const entries = ids.map((id) => aCatalogEntry({ manifest: aManifest({ id }) }))
    await syncCatalog(before.registry, 'main', entries)
    await sendArchive(before.registry, anOperator(), packed)
    for (let patch = 0; patch < 20; patch += 1) {
      await before.registry.publishRelease(anOperator(), ECHO, releaseOf(packed, `1.0.${patch}`))
    }
    const { documents, archives } = before.ports
    let operations = 0
    const counted = countingCalls(openSqliteDatabase(':memory:'), () => {
      operations += 1
    })
    const after = aRegistry(counted, {
      documents: countingCalls(documents, () => {
        operations += 1
      }),
      archives,
      operationsPerCall: 40,
    })
    let calls = 0
    for (let complete = false; !complete; calls += 1) {
      operations = 0
      const outcome = await after.registry.restoreLostRows()
      expect(operations).toBeLessThan(40)
      if (outcome.writable) await after.registry.writeDueDocuments()
      complete = outcome.complete
      expect(calls).toBeLessThan(200)
    }
    expect(calls).toBeGreaterThan(3)
    for (const one of ids.map((name) => aWorkerId(name))) {
      expect(await counted.getWorker(one)).toEqual(await before.ports.database.getWorker(one))
    }
  })
})

/** The same object, whose methods tell of every call. */
function countingCalls<Target extends object>(target: Target, onCall: () => void): Target {
  return new Proxy(target, {
    get(inner, name) {
      const value: unknown = Reflect.get(inner, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        onCall()
        return Reflect.apply(value, inner, args)
      }
    },
  })
}
