import type { Database, NewLogEntry } from '@rbee/registry'
import { describe, expect, it } from 'vitest'
import { aManifest, aReleaseInput, aVersion, aWorkerId } from '../../builders.ts'
import { aNameRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

const ECHO = aWorkerId()
const PAINT = aWorkerId('paint-worker')
const START = Date.UTC(2026, 0, 1)

/** An entry that tells of no row. */
const aNote = (text: string): NewLogEntry => ({
  kind: 'staff_action',
  worker: null,
  version: null,
  event: null,
  body: text,
})
const publishOf = (version: string, worker = ECHO): NewLogEntry => ({
  kind: 'publish',
  worker,
  version: aVersion(version),
  event: null,
  body: `publish ${worker} ${version}`,
})

async function publish(db: Database, version: string, publishedAt: number, worker = ECHO): Promise<void> {
  const input = aReleaseInput({ manifest: aManifest({ id: worker }), version, readme: `# ${version}` })
  await db.insertRelease(
    aWorkerRow({ id: worker }),
    [aNameRow({ worker })],
    aReleaseRow({ input, publishedAt }),
  )
}

const bodies = async (db: Database) => (await db.readLog(0, 1000)).map(({ body }) => body)
const unlogged = async (db: Database) =>
  (await db.listUnloggedReleases(100)).map(({ worker, version }) => `${worker} ${version}`)

export function log(fresh: () => Promise<Database>): void {
  it('gives places from 0 on, without gaps', async () => {
    const db = await fresh()
    expect(await db.logSize()).toBe(0)
    await db.appendLog([aNote('a'), aNote('b')])
    await db.appendLog([])
    await db.appendLog([aNote('語')])
    expect(await db.logSize()).toBe(3)
    const rows = await db.readLog(0, 10)
    expect(rows.map(({ sequence, body }) => [sequence, body])).toEqual([
      [0, 'a'],
      [1, 'b'],
      [2, '語'],
    ])
    expect((await db.readLog(1, 1)).map(({ body }) => body)).toEqual(['b'])
    expect(await db.readLog(3, 10)).toEqual([])
  })

  it('lists releases without an entry, whole, in the order in which they were published', async () => {
    const db = await fresh()
    await publish(db, '2.0.0', START + 2)
    await publish(db, '1.0.0', START, PAINT)
    await publish(db, '1.0.0', START + 1)
    expect(await unlogged(db)).toEqual(['paint-worker 1.0.0', 'echo-worker 1.0.0', 'echo-worker 2.0.0'])
    const [first] = await db.listUnloggedReleases(1)
    expect(first).toEqual(await db.getRelease(PAINT, aVersion()))
    await db.appendLog([publishOf('1.0.0', PAINT), publishOf('2.0.0')])
    expect(await unlogged(db)).toEqual(['echo-worker 1.0.0'])
  })

  it('logs a release once, however often and by whomever it is asked to', async () => {
    const db = await fresh()
    await publish(db, '1.0.0', START)
    await publish(db, '1.1.0', START)
    await Promise.all([
      db.appendLog([publishOf('1.0.0'), publishOf('1.1.0')]),
      db.appendLog([publishOf('1.0.0'), aNote('new')]),
      db.appendLog([publishOf('1.1.0')]),
    ])
    expect((await bodies(db)).toSorted()).toEqual([
      'new',
      'publish echo-worker 1.0.0',
      'publish echo-worker 1.1.0',
    ])
    expect(await db.logSize()).toBe(3)
    expect(await unlogged(db)).toEqual([])
  })

  it('logs each event once, in their order', async () => {
    const db = await fresh()
    await publish(db, '1.0.0', START)
    const event = { worker: ECHO, version: aVersion(), successor: null, actor: 'operator', at: START }
    for (const reason of ['one', 'two', 'three']) {
      await db.saveEvent({ ...event, kind: 'yank', reason })
    }
    const listed = await db.listUnloggedEvents(2)
    expect(listed.map(({ event: { reason } }) => reason)).toEqual(['one', 'two'])
    const entries = listed.map(({ id, event: { reason } }) => ({ ...aNote(reason), event: id }))
    await Promise.all([db.appendLog(entries), db.appendLog(entries)])
    expect(await bodies(db)).toEqual(['one', 'two'])
    expect((await db.listUnloggedEvents(10)).map(({ event: { reason } }) => reason)).toEqual(['three'])
  })

  it('lists what concerns a worker', async () => {
    const db = await fresh()
    await db.appendLog([publishOf('1.0.0'), publishOf('1.0.0', PAINT), publishOf('1.1.0')])
    expect((await db.listWorkerLog(ECHO)).map(({ sequence, version }) => [sequence, version])).toEqual([
      [0, '1.0.0'],
      [2, '1.1.0'],
    ])
  })

  describe('that was lost', () => {
    const rowsOf = (texts: readonly string[], from = 0) =>
      texts.map((body, at) => ({ sequence: from + at, kind: 'publish', worker: null, version: null, body }))

    it('gets its rows back, and keeps those that it has', async () => {
      const db = await fresh()
      await publish(db, '1.0.0', START)
      await db.appendLog([aNote('a')])
      await db.restoreLog([
        ...rowsOf(['other', 'b']),
        { sequence: 2, kind: 'publish', worker: ECHO, version: aVersion(), body: 'c' },
      ])
      expect(await bodies(db)).toEqual(['a', 'b', 'c'])
      expect(await unlogged(db)).toEqual([])
    })

    it('makes room for what was signed', async () => {
      const db = await fresh()
      await db.appendLog(['a', 'b', 'c', 'd', 'e'].map(aNote))
      await db.moveLog(2, 2)
      expect((await db.readLog(0, 10)).map(({ sequence }) => sequence)).toEqual([0, 1, 4, 5, 6])
      await db.restoreLog(rowsOf(['x', 'y'], 2))
      expect(await bodies(db)).toEqual(['a', 'b', 'x', 'y', 'c', 'd', 'e'])
      await db.appendLog([aNote('f')])
      expect(await db.logSize()).toBe(8)
    })
  })
}
