import type { WorkerId } from '@rbee/schema'
import { aCatalogEntry, aManifest, aVersion, aWorkerId, memoryDocumentStore } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import type { WorkerRecord } from '../ports/database.ts'
import type { DocumentStore } from '../ports/document-store.ts'
import type { InTurn } from '../ports/surroundings.ts'
import { createReader } from '../reader/index.ts'
import { type DocumentKey, documentPath } from '../storage-keys.ts'
import { composeWorker } from './compose-worker.ts'
import { jsonBytes, readJson } from './json-bytes.ts'
import { readListRoot } from './list/root.ts'
import { aRecord, aSmallRecord, documentPorts, hybridOfficial } from './samples.ts'
import { writeWorkerDocuments, writeWorkerDocumentsOf } from './write-workers.ts'

const ECHO = aWorkerId('echo-worker')
const LLM = aWorkerId('llm-worker')

function aCatalog(records: readonly WorkerRecord[] = []) {
  const rows = new Map<string, WorkerRecord>(records.map((record) => [record.worker.id, record]))
  const ports = documentPorts(rows)
  const written: string[] = []
  const present = new Set<string>()
  const watched = watchedStore(ports.documents, written, present)
  const read = async (key: DocumentKey) => {
    const stored = await ports.documents.get(key)
    return stored && readJson(stored.body)
  }
  return { rows, ports: { ...ports, documents: watched }, written, present, read }
}

/** Notes the paths of what is written and of what is there. */
function watchedStore(store: DocumentStore, written: string[], present: Set<string>): DocumentStore {
  return {
    get: (key) => store.get(key),
    async put(key, body, expected) {
      const etag = await store.put(key, body, expected)
      if (etag !== null) {
        written.push(documentPath(key))
        present.add(documentPath(key))
      }
      return etag
    },
    async delete(key) {
      await store.delete(key)
      present.delete(documentPath(key))
    },
  }
}

/** A store that answers after the other tasks had their turn, so that concurrent writers really interleave. */
function slowStore(store: DocumentStore): DocumentStore {
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  return {
    get: (key) => turn().then(() => store.get(key)),
    put: (key, body, expected) => turn().then(() => store.put(key, body, expected)),
    delete: (key) => turn().then(() => store.delete(key)),
  }
}

const listedIds = async (documents: DocumentStore): Promise<WorkerId[]> => {
  const reader = createReader({ documents, archives: NO_ARCHIVES })
  const ids: WorkerId[] = []
  let cursor: string | null = null
  do {
    const { list } = await reader.listWorkers(200, cursor)
    ids.push(...list.workers.map(({ id }) => id))
    cursor = list.next_cursor
  } while (cursor !== null)
  return ids
}
const NO_ARCHIVES = { size: async () => null, open: async () => null }

describe('writeWorkerDocuments', () => {
  it('writes every document that was composed, and the list', async () => {
    const catalog = aCatalog([hybridOfficial()])
    await writeWorkerDocuments(catalog.ports, LLM)
    const composed = composeWorker(hybridOfficial())
    expect(await catalog.read({ kind: 'worker', id: LLM })).toEqual(composed?.worker)
    expect(await catalog.read({ kind: 'versions', id: LLM })).toEqual(composed?.versions)
    for (const release of composed?.releases ?? []) {
      expect(await catalog.read({ kind: 'release', id: LLM, version: release.version })).toEqual(release)
    }
    expect(await catalog.read({ kind: 'alias', name: 'cuda' })).toEqual({ worker: LLM, variant: 'cuda' })
    expect(await listedIds(catalog.ports.documents)).toEqual([LLM])
  })

  it('leads from every address to where it was composed to lead, also without a document for each', async () => {
    const manifest = aManifest({
      id: 'llm-worker',
      build: { features: ['cpu', 'cuda-12', 'vulkan'], default_feature: 'cpu' },
    })
    const newest = aCatalogEntry({ manifest, version: '9.0.0' })
    const record = { ...hybridOfficial(), recipe: aRecord('official', newest).recipe }
    const names = [...record.names, ...aRecord('official', newest).names]
    const distinct = [...new Map(names.map((row) => [row.name, row])).values()]
    const catalog = aCatalog([{ ...record, names: distinct }])
    await writeWorkerDocuments(catalog.ports, LLM)
    const reader = createReader({ documents: catalog.ports.documents, archives: NO_ARCHIVES })
    const aliases = composeWorker({ ...record, names: distinct })?.aliases ?? []
    for (const { name, document } of aliases)
      expect([name, await reader.resolve(name)]).toEqual([name, document])
    const own = [...catalog.present].filter((path) => path.includes('/aliases/'))
    expect(own.length).toBeGreaterThan(0)
    expect(own.length).toBeLessThan(aliases.length / 2)
  })

  it('writes nothing when nothing changed', async () => {
    const catalog = aCatalog([hybridOfficial()])
    await writeWorkerDocuments(catalog.ports, LLM)
    const before = catalog.written.length
    await writeWorkerDocuments(catalog.ports, LLM)
    expect(catalog.written).toHaveLength(before)
  })

  it('deletes what a worker has no more: versions, addresses, texts', async () => {
    const catalog = aCatalog([
      aRecord(
        'community',
        aCatalogEntry({
          manifest: aManifest({
            build: { features: ['cpu', 'cpu-avx2', 'cpu-avx512'], default_feature: 'cpu' },
          }),
          pkgbuild: 'pkgname=x',
        }),
      ),
    ])
    await writeWorkerDocuments(catalog.ports, ECHO)
    const { names } = catalog.rows.get(ECHO) ?? { names: [] }
    catalog.rows.set(ECHO, {
      ...aRecord(
        'community',
        aCatalogEntry({
          manifest: aManifest({ build: { features: ['cpu', 'cpu-avx2'], default_feature: 'cpu' } }),
          version: '1.1.0',
          readme: null,
        }),
      ),
      names,
    })
    await writeWorkerDocuments(catalog.ports, ECHO)
    expect([...catalog.present].filter((path) => !/\/(list|rows)\//.test(path)).toSorted()).toEqual([
      'documents/aliases/echo-worker-cpu-avx2.json',
      'documents/workers/echo-worker/index.json',
      'documents/workers/echo-worker/releases/1.1.0.json',
      'documents/workers/echo-worker/versions.json',
      'documents/workers/echo-worker/worker.json',
    ])
  })

  it('deletes everything of a worker that nobody may see any more', async () => {
    const catalog = aCatalog([hybridOfficial(), aSmallRecord('echo-worker')])
    await writeWorkerDocumentsOf(catalog.ports, [LLM, ECHO])
    catalog.rows.set(LLM, { ...hybridOfficial(), recipe: null, releases: [] })
    await writeWorkerDocuments(catalog.ports, LLM)
    expect([...catalog.present].filter((path) => path.includes('llm') && !path.includes('/rows/'))).toEqual(
      [],
    )
    expect(await catalog.read({ kind: 'alias', name: 'cpu' })).toBeNull()
    expect(await listedIds(catalog.ports.documents)).toEqual([ECHO])
  })

  it('finishes a deletion that was interrupted', async () => {
    const catalog = aCatalog([aSmallRecord('echo-worker')])
    await writeWorkerDocuments(catalog.ports, ECHO)
    catalog.rows.set('echo-worker', aSmallRecord('echo-worker', '2.0.0'))
    const broken: DocumentStore = {
      ...catalog.ports.documents,
      delete: () => Promise.reject(new Error('the store is away')),
    }
    await expect(writeWorkerDocuments({ ...catalog.ports, documents: broken }, ECHO)).rejects.toThrow(
      'the store is away',
    )
    await writeWorkerDocuments(catalog.ports, ECHO)
    expect(await catalog.read({ kind: 'release', id: ECHO, version: aVersion('1.0.0') })).toBeNull()
    expect(await catalog.read({ kind: 'versions', id: ECHO })).toMatchObject({ versions: ['2.0.0'] })
  })
})

describe('writers of the same worker at the same time', () => {
  it('never leave older rows behind, whenever the other one comes', async () => {
    await atEveryMoment(aSmallRecord('echo-worker', '1.1.0'), async (catalog, wasInterrupted) => {
      const version = wasInterrupted ? '1.2.0' : '1.1.0'
      expect(await catalog.read({ kind: 'worker', id: ECHO })).toMatchObject({ version })
      expect([...catalog.present].filter((path) => path.includes('/releases/'))).toEqual([
        `documents/workers/echo-worker/releases/${version}.json`,
      ])
    })
  })

  it('agree when the worker vanishes and comes back meanwhile', async () => {
    const gone: WorkerRecord = { ...aSmallRecord('echo-worker'), recipe: null }
    await atEveryMoment(gone, async (catalog, wasInterrupted) => {
      expect((await catalog.read({ kind: 'worker', id: ECHO })) !== null).toBe(wasInterrupted)
      expect(await listedIds(catalog.ports.documents)).toEqual(wasInterrupted ? [ECHO] : [])
    })
  })
})

/**
 * Writes the documents of a worker whose rows became `changed`. Before the n-th request to the store another writer makes
 * them version 1.2.0 and writes all documents; n goes from the first request to one behind the last.
 */
async function atEveryMoment(
  changed: WorkerRecord,
  check: (catalog: ReturnType<typeof aCatalog>, wasInterrupted: boolean) => Promise<void>,
): Promise<void> {
  for (let moment = 1; ; moment += 1) {
    const catalog = aCatalog([aSmallRecord('echo-worker')])
    await writeWorkerDocuments(catalog.ports, ECHO)
    catalog.rows.set(ECHO, changed)
    let requests = 0
    const documents = interruptedStore(catalog.ports.documents, async () => {
      requests += 1
      if (requests !== moment) return
      catalog.rows.set(ECHO, aSmallRecord('echo-worker', '1.2.0'))
      await writeWorkerDocuments(catalog.ports, ECHO)
    })
    await writeWorkerDocuments({ ...catalog.ports, documents }, ECHO)
    await check(catalog, requests >= moment)
    if (requests < moment) return
  }
}

function interruptedStore(store: DocumentStore, interrupt: () => Promise<void>): DocumentStore {
  return {
    get: (key) => interrupt().then(() => store.get(key)),
    put: (key, body, expected) => interrupt().then(() => store.put(key, body, expected)),
    delete: (key) => interrupt().then(() => store.delete(key)),
  }
}

describe('the list', () => {
  it('is right after many writers changed it at once, and keeps no page without need', async () => {
    const ids = Array.from({ length: 150 }, (_, number) => aWorkerId(`worker-${number}`))
    const catalog = aCatalog(ids.map((id) => aSmallRecord(id)))
    const ports = { ...catalog.ports, documents: slowStore(catalog.ports.documents) }
    await writeWorkerDocumentsOf(ports, ids.slice(0, 120))
    const removed = ids.slice(0, 6)
    for (const id of removed) catalog.rows.set(id, { ...aSmallRecord(id), recipe: null })
    await Promise.all([
      ...removed.map((id) => writeWorkerDocuments(ports, id)),
      ...[0, 1, 2].map((part) => writeWorkerDocumentsOf(ports, ids.slice(120 + part * 10, 130 + part * 10))),
      // Two that write the very same pages.
      writeWorkerDocuments(ports, aWorkerId('worker-149')),
      writeWorkerDocuments(ports, aWorkerId('worker-149')),
    ])
    expect(await listedIds(ports.documents)).toEqual(ids.slice(6).toSorted())
    const { root } = await readListRoot(ports.documents)
    const stored = [...catalog.present].filter((path) => path.includes('/pages/'))
    expect(stored).toHaveLength(root.pages.length + root.retired.length)
  })

  it('keeps the pages of old roots for a while, and frees them with a later change', async () => {
    const catalog = aCatalog([aSmallRecord('echo-worker')])
    const pages = () => [...catalog.present].filter((path) => path.includes('/pages/')).length
    const release = async (version: string) => {
      catalog.rows.set(ECHO, aSmallRecord('echo-worker', version))
      await writeWorkerDocuments(catalog.ports, ECHO)
    }
    await release('1.0.0')
    await release('1.1.0')
    catalog.ports.clock.advance(9 * 60_000)
    await release('1.2.0')
    expect(pages()).toBe(3)
    catalog.ports.clock.advance(2 * 60_000)
    await release('1.3.0')
    expect(pages()).toBe(3)
    catalog.ports.clock.advance(11 * 60_000)
    await release('1.4.0')
    expect(pages()).toBe(2)
  })

  it('is read again by a writer whose root names a page that is gone', async () => {
    const catalog = aCatalog([aSmallRecord('echo-worker'), aSmallRecord('other-worker')])
    await writeWorkerDocuments(catalog.ports, ECHO)
    const stale = await catalog.ports.documents.get({ kind: 'list-root' })
    catalog.rows.set(ECHO, aSmallRecord('echo-worker', '2.0.0'))
    await writeWorkerDocuments(catalog.ports, ECHO)
    const { root } = await readListRoot(catalog.ports.documents)
    for (const { sha256 } of root.retired) await catalog.ports.documents.delete({ kind: 'list-page', sha256 })
    let asked = 0
    const documents: DocumentStore = {
      ...catalog.ports.documents,
      async get(key) {
        if (key.kind !== 'list-root') return catalog.ports.documents.get(key)
        asked += 1
        return asked === 1 ? stale : catalog.ports.documents.get(key)
      },
    }
    await writeWorkerDocuments({ ...catalog.ports, documents }, aWorkerId('other-worker'))
    expect(await listedIds(catalog.ports.documents)).toEqual([ECHO, 'other-worker'])
  })

  it('stops with an error when a page is lost for good', async () => {
    const documents = memoryDocumentStore()
    const catalog = aCatalog([aSmallRecord('echo-worker')])
    const page = { first: ECHO, last: ECHO, count: 1, sha256: 'f'.repeat(64) }
    await documents.put(
      { kind: 'list-root' },
      jsonBytes({ generation: 1, total: 1, pages: [page], retired: [] }),
    )
    await expect(writeWorkerDocuments({ ...catalog.ports, documents }, ECHO)).rejects.toThrow('kept changing')
  })
})

describe('writers that take turns', () => {
  it('never repeat a pass because of each other', async () => {
    const { rows, ports, read } = aCatalog()
    let latest: Promise<unknown> = Promise.resolve()
    const inTurn: InTurn = (_key, action) => {
      const turn = latest.then(action)
      latest = turn
      return turn
    }
    let reads = 0
    const database = {
      ...ports.database,
      getWorker(id: WorkerId) {
        reads += 1
        return ports.database.getWorker(id)
      },
    }
    const versions = Array.from({ length: 100 }, (_, minor) => `1.${minor}.0`)
    await Promise.all(
      versions.map(async (version) => {
        rows.set(ECHO, aSmallRecord(ECHO, version))
        await writeWorkerDocuments({ ...ports, database, inTurn }, ECHO)
      }),
    )
    expect(await read({ kind: 'worker', id: ECHO })).toMatchObject({ version: '1.99.0' })
    expect(reads).toBeLessThan(5 * versions.length)
  })
})
