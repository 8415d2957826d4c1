import type { Database, IndexEntry } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aWorkerId } from '../../builders.ts'

const anEntry = (overrides: Partial<IndexEntry> = {}): IndexEntry => ({
  worker: aWorkerId(),
  revision: 1,
  digest: `digest of ${overrides.worker ?? 'echo-worker'}`,
  row: { name: 'echo', labels: 'tag:echo', publishedAt: 1_000, flags: 0, publisher: '{}' },
  fit: '{}',
  texts: { names: 'echo worker', tags: 'echo', description: 'says it 音声', readme: 'read me' },
  terms: ['echo'],
  filed: [],
  createdAt: 1_000,
  publisherId: 'somebody',
  summary: '{"a":1}',
  readme: 'Read me',
  ...overrides,
})

export function search(fresh: () => Promise<Database>): void {
  it('finds documents by expressions, in their order', async () => {
    const db = await fresh()
    const workers = ['first-worker', 'second-worker', 'third-worker'].map(aWorkerId)
    await db.saveIndexed(
      workers.map((worker) => anEntry({ worker })),
      [],
      5_000,
    )
    const rows = await db.listIndexed(0, null, 10)
    expect(rows.map(({ worker }) => worker)).toEqual(workers)
    const docs = rows.map(({ doc }) => doc)
    const lists = await db.matchWords(['"echo"', 'names : ("read")', '"ec" * NOT "nothing"', '"音声"'])
    expect(lists.map((list) => [...list])).toEqual([docs, [], docs, docs])
    const [doc = 0] = docs
    expect(await db.readIndexedTexts([doc])).toEqual(
      new Map([[doc, { summary: '{"a":1}', readme: 'Read me' }]]),
    )
    expect(await db.listFits(0)).toEqual([{ id: rows[0]?.fit, body: '{}' }])
    expect([...(await db.knownBeginnings(['ec', 'ech_', 'zz']))]).toEqual(['ec'])
    expect(await db.listKnownWords('e', 5)).toEqual(['echo'])
  })

  it('ends a row and begins another with every change, and keeps what is not news', async () => {
    const db = await fresh()
    expect(await db.saveIndexed([anEntry()], [], 5_000)).toBe(true)
    expect(await db.saveIndexed([anEntry({ revision: 2 })], [], 6_000)).toBe(false)
    const changed = anEntry({ revision: 3, digest: 'other', texts: { ...anEntry().texts, names: 'parrot' } })
    expect(await db.saveIndexed([changed], [], 4_000)).toBe(true)
    const rows = await db.listIndexed(0, null, 10)
    // Moments go on although the clock went back.
    expect(rows.map(({ since, until }) => [since, until])).toEqual([
      [5_000, 5_001],
      [5_001, null],
    ])
    expect(await db.indexMoment()).toBe(5_001)
    expect(await db.listIndexed(5_000, null, 10)).toHaveLength(2)
    expect(await db.listIndexed(5_001, null, 10)).toEqual([])
    const [former, current] = await db.matchWords(['names : ("echo")', 'names : ("parrot")'])
    expect([...(former ?? []), ...(current ?? [])]).toEqual(rows.map(({ doc }) => doc))
    await db.sweepIndex(9_000)
    expect([...((await db.matchWords(['names : ("echo")']))[0] ?? [])]).toEqual([])
    expect(await db.listIndexed(0, null, 10)).toHaveLength(1)
  })

  it('takes nothing from who read older rows', async () => {
    const db = await fresh()
    await db.saveIndexed([anEntry({ revision: 5 })], [], 5_000)
    expect(await db.saveIndexed([anEntry({ revision: 4, digest: 'older' })], [], 6_000)).toBe(false)
    expect(await db.saveIndexed([], [{ worker: aWorkerId(), revision: 4 }], 6_000)).toBe(false)
    expect(await db.saveIndexed([], [{ worker: aWorkerId(), revision: 5 }], 6_000)).toBe(true)
    expect(await db.saveIndexed([anEntry({ revision: 4 })], [], 7_000)).toBe(false)
    expect((await db.listIndexed(0, null, 10)).map(({ until }) => until)).toEqual([6_000])
  })

  it('lists rows page by page', async () => {
    const db = await fresh()
    const workers = Array.from({ length: 120 }, (_, index) => aWorkerId(`worker-${index}`))
    for (let start = 0; start < workers.length; start += 40) {
      await db.saveIndexed(
        workers.slice(start, start + 40).map((worker) => anEntry({ worker })),
        [],
        5_000,
      )
    }
    const seen: string[] = []
    let last: { changed: number; row: number } | null = null
    for (;;) {
      const rows = await db.listIndexed(0, last, 50)
      seen.push(...rows.map(({ worker }) => worker))
      last = rows.at(-1) ?? null
      if (last === null) break
    }
    expect(seen).toEqual(workers)
  })

  it('files those whom others must not be mistaken for', async () => {
    const db = await fresh()
    await db.saveIndexed([anEntry({ filed: ['id echo', 'name echo'] })], [], 5_000)
    expect(await db.findFiledNames(['id echo', 'id other'])).toEqual([
      { worker: aWorkerId(), key: 'id echo', publisher: 'somebody', isOfficial: false, createdAt: 1_000 },
    ])
    expect(await db.listIdsOfLength(11, 12)).toEqual([aWorkerId()])
    expect(await db.listIdsOfLength(12, 20)).toEqual([])
    await db.saveIndexed([], [{ worker: aWorkerId(), revision: 9 }], 5_000)
    expect(await db.findFiledNames(['id echo'])).toEqual([])
  })
}
