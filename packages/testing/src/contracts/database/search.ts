import type { Database, IndexEntry } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aWorkerId } from '../../builders.ts'

/** The flag of that name in `IndexedRow.flags`. */
const LOOK_ALIKE = 32

const anEntry = (overrides: Partial<IndexEntry> = {}): IndexEntry => ({
  worker: aWorkerId(),
  revision: 1,
  digest: `digest of ${overrides.worker ?? 'echo-worker'}`,
  row: { name: 'echo', labels: 'tag:echo', publishedAt: 1_000, flags: 0, publisher: '{}' },
  fit: '{}',
  texts: {
    names: 'echo worker',
    tags: 'echo',
    properties: 'cpu',
    description: 'says it 音声',
    readme: 'read me',
  },
  terms: ['echo'],
  filed: [],
  createdAt: 1_000,
  standing: 0,
  proven: null,
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
    const anywhere = (expression: string) => ({ expression, isAhead: false })
    const questions = ['"echo"', 'names : ("read")', '"ec" * NOT "nothing"', '"音声"', '"me"'].map(anywhere)
    const expected = [docs, [], docs, docs, docs]
    for (const atMost of [docs.length, 1_000_000]) {
      const lists = await db.matchWords(questions, atMost)
      expect(lists.map((list) => [...list])).toEqual(expected)
    }
    const ahead = [...questions, anywhere('tags : ("echo")')].map((one) => ({ ...one, isAhead: true }))
    const lists = await db.matchWords(ahead, docs.length)
    expect(lists.map((list) => [...list])).toEqual([docs, [], docs, docs, [], docs])
    expect(await db.matchWords([], 10)).toEqual([])
    const [doc = 0] = docs
    expect(await db.readIndexedTexts([doc])).toEqual(
      new Map([[doc, { summary: '{"a":1}', readme: 'Read me' }]]),
    )
    expect(await db.listFits(0)).toEqual([{ id: rows[0]?.fit, body: '{}' }])
    expect([...(await db.knownBeginnings(['ec', 'ech_', 'zz']))]).toEqual(['ec'])
    const five = { shortest: 3, longest: 5 }
    const words = (letters: string, behindFirst: boolean, length = five) =>
      db.listKnownWords([{ letters, behindFirst }], length)
    expect(await words('e', false)).toEqual(['echo'])
    expect(await words('c', false)).toEqual([])
    expect(await words('ch', true)).toEqual(['echo'])
    expect(await words('e', false, { shortest: 5, longest: 6 })).toEqual([])
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
    const named = (word: string) => ({ expression: `names : ("${word}")`, isAhead: true })
    const [former, current] = await db.matchWords([named('echo'), named('parrot')], 2)
    expect([...(former ?? []), ...(current ?? [])]).toEqual(rows.map(({ doc }) => doc))
    await db.sweepIndex(9_000)
    for (const isAhead of [true, false]) {
      const [gone] = await db.matchWords([{ ...named('echo'), isAhead }], 2)
      expect([...(gone ?? [])]).toEqual([])
    }
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

  it('files workers under keys, and forgets those that are gone', async () => {
    const db = await fresh()
    const entry = anEntry({ filed: ['id echo', 'name echo'] })
    await db.saveIndexed([entry], [], 5_000)
    const filed = {
      ...{ worker: aWorkerId(), name: 'echo', publisher: null, standing: 0, createdAt: 1_000 },
      isLookAlike: false,
    }
    expect(await db.findAlike(['id echo', 'name echo', 'id other'])).toEqual([{ ...filed, key: 'id echo' }])
    expect(await db.listIndexedNames([aWorkerId()])).toEqual(['echo'])
    const verified = anEntry({
      ...{ revision: 2, digest: 'verified', standing: 1, proven: 'somebody', filed: ['id echo', 'name new'] },
      row: { ...entry.row, name: 'new' },
    })
    await db.saveIndexed([verified], [], 5_000)
    const now = { ...filed, name: 'new', publisher: 'somebody', standing: 1 }
    expect(await db.findAlike(['id echo', 'name echo', 'name new'])).toEqual([
      { ...now, key: 'id echo' },
      { ...now, key: 'name new' },
    ])
    expect((await db.listIndexedNames([aWorkerId()])).toSorted()).toEqual(['echo', 'new'])
    // An older writer changes nothing of it.
    await db.saveIndexed([entry], [{ worker: aWorkerId(), revision: 1 }], 6_000)
    expect(await db.findAlike(['name echo', 'name new'])).toEqual([{ ...now, key: 'name new' }])
    await db.saveIndexed([], [{ worker: aWorkerId(), revision: 9 }], 7_000)
    expect(await db.findAlike(['id echo', 'name new'])).toEqual([])
  })

  it('throws words away, and keeps rows', async () => {
    const db = await fresh()
    expect(await db.isIndexLost()).toBe(false)
    await db.saveIndexed([anEntry()], [], 5_000)
    const ask = async (isAhead: boolean) => {
      const [list] = await db.matchWords([{ expression: '"echo"', isAhead }], 1)
      return list?.length
    }
    expect([await ask(true), await ask(false)]).toEqual([1, 1])
    await db.resetIndex()
    expect([await ask(true), await ask(false)]).toEqual([0, 0])
    expect(await db.listIndexed(0, null, 10)).toHaveLength(1)
    expect(await db.listIndexedWorkers(null, 5)).toEqual([aWorkerId()])
    expect(await db.listIndexedWorkers(aWorkerId(), 5)).toEqual([])
    expect(await db.isIndexLost()).toBe(true)
    expect(await db.listUnindexed(null, 5)).toEqual([])
    await db.saveIndexed([anEntry()], [], 6_000)
    await db.markIndexLost(false)
    expect(await db.isIndexLost()).toBe(false)
    expect([await ask(true), await ask(false)]).toEqual([1, 1])
  })

  it('finds namesakes that are judged wrongly', async () => {
    const db = await fresh()
    const namesake = (id: string, rest: Partial<IndexEntry>) =>
      anEntry({ worker: aWorkerId(id), digest: id, filed: [`id ${id}`, 'name echo'], ...rest })
    const marked = { ...anEntry().row, flags: LOOK_ALIKE }
    await db.saveIndexed(
      [
        namesake('unmarked', { createdAt: 5_000 }),
        namesake('marked', { createdAt: 5_000, row: marked }),
        namesake('older', { createdAt: 1_000 }),
        namesake('own', { createdAt: 5_000, proven: 'somebody', standing: 1 }),
      ],
      [],
      5_000,
    )
    const wrong = async () => (await db.findNamesakes(['name echo'])).map(({ worker }) => worker as string)
    expect(await wrong()).toEqual(['marked'])
    await db.saveIndexed(
      [namesake('guarded', { createdAt: 3_000, proven: 'somebody', standing: 1 })],
      [],
      6_000,
    )
    expect(await wrong()).toEqual(['unmarked'])
    await db.saveIndexed(
      [namesake('first', { createdAt: 9_000, proven: 'official', standing: 2 })],
      [],
      7_000,
    )
    expect((await wrong()).toSorted()).toEqual(['guarded', 'older', 'own', 'unmarked'])
  })
}
