import type { WorkerId } from '@rbee/schema'
import { aCatalogEntry, aManifest, aWorkerId } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { ZodError } from 'zod'
import type { DueMark, WorkerRecord } from '../ports/database.ts'
import type { DocumentStore } from '../ports/document-store.ts'
import { type DocumentKey, documentPath } from '../storage-keys.ts'
import { readJson } from './json-bytes.ts'
import { readListPage, readListRoot } from './list/root.ts'
import { aRecord, aSmallRecord, documentPorts } from './samples.ts'
import { writeMarkedWorkers } from './write-marked.ts'

const IDS = Array.from({ length: 40 }, (_, index) => aWorkerId(`worker-${String(index).padStart(2, '0')}`))
const [FIRST = aWorkerId(), SECOND = aWorkerId()] = IDS

/** Rows with a mark for each change, and a store that counts what is asked of it. */
function aCatalog(ids = IDS) {
  const rows = new Map<string, WorkerRecord>()
  const marks = new Map<string, number>()
  const requests = { get: 0, put: 0, delete: 0 }
  const ports = documentPorts(rows)
  const { documents } = ports
  const counted = watchedStore(documents, (method) => {
    requests[method] += 1
  })
  const change = (record: WorkerRecord) => {
    rows.set(record.worker.id, record)
    marks.set(record.worker.id, Math.max(0, ...marks.values()) + 1)
  }
  for (const id of ids) change(aSmallRecord(id))
  const database = {
    ...ports.database,
    dueRevisions: async (workers: readonly string[]) =>
      new Map(workers.flatMap((id) => [[aWorkerId(id), marks.get(id) ?? -1] as const])),
  }
  const due = (): DueMark[] =>
    [...marks].map(([worker, revision]) => ({ worker: aWorkerId(worker), revision }))
  const read = async (key: DocumentKey) => {
    const stored = await documents.get(key)
    return stored && readJson(stored.body)
  }
  const listed = async () => {
    const { root } = await readListRoot(documents)
    const pages = await Promise.all(root.pages.map(({ sha256 }) => readListPage(documents, sha256)))
    return pages.flatMap((page) => page?.map(({ summary }) => `${summary.id} ${summary.version}`) ?? [])
  }
  return { rows, requests, change, due, read, listed, ports: { ...ports, database, documents: counted } }
}

/** Tells of every request before it is made. */
function watchedStore(store: DocumentStore, tell: (method: 'get' | 'put' | 'delete') => void): DocumentStore {
  return {
    async get(key) {
      tell('get')
      return store.get(key)
    },
    async put(key, body, expected) {
      tell('put')
      return store.put(key, body, expected)
    },
    async delete(key) {
      tell('delete')
      return store.delete(key)
    },
  }
}

const plenty = () => ({ operations: Number.POSITIVE_INFINITY })

describe('writeMarkedWorkers', () => {
  it('writes the documents of many new workers, each of them once', async () => {
    const catalog = aCatalog()
    const { written, unusable } = await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
    expect(written.toSorted(byWorker)).toEqual(catalog.due())
    expect(unusable).toEqual([])
    expect(await catalog.listed()).toEqual(IDS.map((id) => `${id} 1.0.0`))
    expect(await catalog.read({ kind: 'worker', id: FIRST })).toMatchObject({ id: FIRST })
    // Rows, release, README, worker, versions and index of each; the list has one page and its root.
    expect(catalog.requests).toEqual({ get: IDS.length + 1, put: 6 * IDS.length + 2, delete: 0 })
  })

  it('writes of known workers what changed, and deletes what is no more', async () => {
    const catalog = aCatalog([FIRST, SECOND])
    await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
    const before = catalog.requests.put
    catalog.change(aSmallRecord(FIRST, '2.0.0'))
    await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
    expect(await catalog.listed()).toEqual([`${FIRST} 2.0.0`, `${SECOND} 1.0.0`])
    expect(await catalog.read({ kind: 'versions', id: FIRST })).toMatchObject({ versions: ['2.0.0'] })
    // Rows, release, worker, versions and index of one worker, a page and the root; the README is what it was.
    expect(catalog.requests.put - before).toBe(7)
    expect(catalog.requests.delete).toBe(1)
  })

  it('takes workers away', async () => {
    const catalog = aCatalog([FIRST, SECOND])
    await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
    catalog.change({ ...aSmallRecord(FIRST), recipe: null })
    await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
    expect(await catalog.listed()).toEqual([`${SECOND} 1.0.0`])
    expect(await catalog.read({ kind: 'worker', id: FIRST })).toBeNull()
    expect(await catalog.read({ kind: 'worker-rows', id: FIRST })).not.toBeNull()
  })

  it('leaves workers for another call when the budget is spent, and says which are written', async () => {
    const catalog = aCatalog()
    let left = catalog.due()
    let calls = 0
    for (; left.length > 0; calls += 1) {
      const { get, put } = catalog.requests
      const { written } = await writeMarkedWorkers(catalog.ports, left, { operations: 100 })
      expect(written.length).toBeGreaterThan(0)
      expect(catalog.requests.get + catalog.requests.put - get - put).toBeLessThan(120)
      left = left.filter(({ worker }) => !written.some((mark) => mark.worker === worker))
    }
    expect(calls).toBe(8)
    expect(await catalog.listed()).toHaveLength(IDS.length)
  })

  it('writes others when the documents of one cannot be composed, and leaves what is served of it', async () => {
    const catalog = aCatalog()
    await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
    for (const id of IDS) catalog.change(aSmallRecord(id, '2.0.0'))
    Reflect.set(catalog.rows.get(SECOND)?.recipe?.entry.manifest ?? {}, 'build', null)
    const { written, unusable } = await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
    expect(written).toHaveLength(IDS.length - 1)
    expect(unusable.map(({ worker }) => worker)).toEqual([SECOND])
    expect(await catalog.listed()).toContain(`${SECOND} 1.0.0`)
    expect(await catalog.listed()).toContain(`${FIRST} 2.0.0`)
  })

  it('writes others when the rows of one are damaged', async () => {
    const catalog = aCatalog()
    const { getWorker, getWorkers } = catalog.ports.database
    const damage = new ZodError([])
    const database = {
      ...catalog.ports.database,
      getWorker: (id: WorkerId) => (id === SECOND ? Promise.reject(damage) : getWorker(id)),
      getWorkers: (ids: Parameters<typeof getWorkers>[0]) =>
        ids.includes(SECOND) ? Promise.reject(damage) : getWorkers(ids),
    }
    const { written, unusable } = await writeMarkedWorkers(
      { ...catalog.ports, database },
      catalog.due(),
      plenty(),
    )
    expect(written).toHaveLength(IDS.length - 1)
    expect(unusable[0]).toMatchObject({ worker: SECOND, cause: damage })
  })

  it('does not take an outage for damage', async () => {
    const catalog = aCatalog()
    const getWorkers = () => Promise.reject(new Error('the database is away'))
    const ports = { ...catalog.ports, database: { ...catalog.ports.database, getWorkers } }
    await expect(writeMarkedWorkers(ports, catalog.due(), plenty())).rejects.toThrow('away')
  })
})

describe('writeMarkedWorkers, while rows change', () => {
  /** Changes the rows before the given request to the store, once. */
  async function changedAt(request: number, known: boolean) {
    const catalog = aCatalog([FIRST, SECOND])
    if (known) {
      await writeMarkedWorkers(catalog.ports, catalog.due(), plenty())
      for (const id of [FIRST, SECOND]) catalog.change(aSmallRecord(id, '1.5.0'))
    }
    let requests = 0
    const meddle = () => {
      requests += 1
      if (requests !== request) return
      const manifest = aManifest({ id: FIRST, description: 'Changed meanwhile' })
      catalog.change(aRecord('community', aCatalogEntry({ manifest, version: '3.0.0', readme: null })))
    }
    const documents = watchedStore(catalog.ports.documents, meddle)
    const { written } = await writeMarkedWorkers({ ...catalog.ports, documents }, catalog.due(), plenty())
    // Whoever cleared these marks would leave those of later changes.
    const later = catalog.due().filter(({ revision }) => written.every((mark) => mark.revision !== revision))
    await writeMarkedWorkers(catalog.ports, later, plenty())
    return { catalog, requests, later }
  }

  it.each([false, true])('never leaves older rows behind (workers known before: %s)', async (known) => {
    for (let request = 1; ; request += 1) {
      const { catalog, requests, later } = await changedAt(request, known)
      if (requests < request) break
      expect(later.length).toBeLessThan(2)
      expect([request, await catalog.listed()]).toEqual([
        request,
        [`${FIRST} 3.0.0`, `${SECOND} ${known ? '1.5.0' : '1.0.0'}`],
      ])
      expect(await catalog.read({ kind: 'worker', id: FIRST })).toMatchObject({ version: '3.0.0' })
      expect(await catalog.read({ kind: 'versions', id: FIRST })).toMatchObject({ versions: ['3.0.0'] })
      expect(await catalog.ports.documents.get({ kind: 'readme', id: FIRST })).toBeNull()
    }
  })

  it('gives way to another writer of the same documents', async () => {
    const catalog = aCatalog([FIRST])
    const { documents } = catalog.ports
    let isFirst = true
    const contested: DocumentStore = {
      ...documents,
      async put(key, body, expected) {
        if (isFirst && documentPath(key).endsWith('/worker.json')) {
          isFirst = false
          await documents.put(key, new TextEncoder().encode('{"older":true}'))
        }
        return documents.put(key, body, expected)
      },
    }
    const { written } = await writeMarkedWorkers(
      { ...catalog.ports, documents: contested },
      catalog.due(),
      plenty(),
    )
    expect(written).toHaveLength(1)
    expect(await catalog.read({ kind: 'worker', id: FIRST })).toMatchObject({ id: FIRST })
  })
})

function byWorker(a: DueMark, b: DueMark): number {
  return a.worker < b.worker ? -1 : 1
}
