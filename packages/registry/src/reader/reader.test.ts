import { legacyWorkerListSchema, workerListSchema } from '@rbee/schema'
import {
  aCatalogEntry,
  aManifest,
  aVersion,
  aWorkerId,
  bytesOf,
  failureCode,
  memoryArchiveStore,
  streamOf,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { readJson, textBytes } from '../documents/json-bytes.ts'
import { aRecord, aSmallRecord, documentPorts, folderWorker, hybridOfficial } from '../documents/samples.ts'
import { writeWorkerDocumentsOf } from '../documents/write-workers.ts'
import type { WorkerRecord } from '../ports/database.ts'
import type { DocumentStore, StoredDocument } from '../ports/document-store.ts'
import type { CatalogReader } from '../registry.ts'
import { sha256OfText } from '../sha256.ts'
import { createReader } from './create-reader.ts'

const LLM = aWorkerId('llm-worker')

async function aCatalog(...records: readonly WorkerRecord[]) {
  const rows = new Map<string, WorkerRecord>(records.map((record) => [record.worker.id, record]))
  const ports = documentPorts(rows)
  const reads: string[] = []
  const documents: DocumentStore = {
    ...ports.documents,
    get(key) {
      reads.push(key.kind)
      return ports.documents.get(key)
    },
  }
  const archives = memoryArchiveStore()
  const write = async (...changed: readonly WorkerRecord[]) => {
    for (const record of changed) rows.set(record.worker.id, record)
    await writeWorkerDocumentsOf(
      ports,
      changed.map(({ worker }) => worker.id),
    )
  }
  await write(...records)
  return { reader: createReader({ documents, archives }), write, reads, archives, ports }
}

const manyWorkers = (count: number) =>
  Array.from({ length: count }, (_, number) => aSmallRecord(`worker-${String(number).padStart(4, '0')}`))

describe('resolve', () => {
  it.each([
    ['llm-worker', null],
    ['llm-worker-cuda', 'cuda'],
    ['llm-worker-rbee', null],
    ['llm-worker-rbee-metal', 'metal'],
    ['vulkan', 'vulkan'],
  ])('leads %s to the worker and the variant %s', async (address, variant) => {
    const { reader } = await aCatalog(hybridOfficial())
    expect(await reader.resolve(address)).toEqual({ worker: 'llm-worker', variant })
  })

  it('answers null for what does not exist', async () => {
    const { reader } = await aCatalog(hybridOfficial())
    for (const address of ['rocm', 'llm-worker-rocm', 'community', '-']) {
      expect(await reader.resolve(address)).toBeNull()
    }
  })

  it.each(['', 'LLM', 'a/b', '../x', 'a'.repeat(101), 'é'])('refuses the address %j', async (address) => {
    const { reader } = await aCatalog()
    expect(await failureCode(reader.resolve(address))).toBe('invalid_id')
  })

  it('prefers a worker to an alias of the same name', async () => {
    const { reader, ports } = await aCatalog(hybridOfficial(), aSmallRecord('llm-worker-rbee-cpux'))
    const body = textBytes('{"worker":"llm-worker","variant":"cpu"}')
    await ports.documents.put({ kind: 'alias', name: 'llm-worker-rbee-cpux' }, body)
    expect(await reader.resolve('llm-worker-rbee-cpux')).toEqual({
      worker: 'llm-worker-rbee-cpux',
      variant: null,
    })
  })
})

describe('documents and archives', () => {
  it('gives documents as they are stored, releases parsed', async () => {
    const { reader } = await aCatalog(folderWorker(), hybridOfficial())
    const id = aWorkerId('sd-worker-rbee-cuda')
    const pkgbuild = await reader.document({ kind: 'pkgbuild', id })
    expect(new TextDecoder().decode(pkgbuild?.body)).toBe('pkgname=sd-worker-rbee-cuda\r\npkgver=0.1.0\n')
    const srcinfo = await reader.document({ kind: 'srcinfo', id })
    expect(new TextDecoder().decode(srcinfo?.body)).toBe('pkgbase = sd-worker-rbee-cuda\n')
    expect((await reader.release(LLM, '0.1.1'))?.yanked).toBe('crashes on start')
    expect(await reader.release(LLM, '9.9.9')).toBeNull()
    expect(await failureCode(reader.release(LLM, '../0.1.0'))).toBe('invalid_version')
  })

  it('gives archives, whole and in part', async () => {
    const { reader, archives } = await aCatalog()
    const sha256 = sha256OfText('archive')
    const staging = await archives.stage(7)
    const receipt = await archives.writePart(staging, 1, streamOf(textBytes('archive')), 7)
    await archives.assemble(staging, [{ part: 1, receipt }])
    await archives.promote(staging, sha256, 7)
    expect(await reader.archiveSize(sha256)).toBe(7)
    const opened = await reader.openArchive(sha256, { start: 2, end: 4 })
    expect(opened && new TextDecoder().decode(await bytesOf(opened.body))).toBe('chi')
    expect(await reader.archiveSize(sha256OfText('other'))).toBeNull()
  })
})

describe('listPart', () => {
  it('has every worker in one part, sorted, and none behind the last', async () => {
    const records = manyWorkers(1600)
    const { reader } = await aCatalog(...records)
    const count = await reader.listParts()
    expect(count).toBeGreaterThan(1)
    const parts = await Promise.all(Array.from({ length: count }, (_, number) => reader.listPart(number)))
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(2000)
    expect(parts.flat().map(({ id }) => id)).toEqual(records.map(({ worker }) => worker.id))
    expect(await reader.listPart(count)).toEqual([])
  })

  it('has no part where there are no workers', async () => {
    const { reader } = await aCatalog()
    expect(await reader.listParts()).toBe(0)
    expect(await reader.listPart(0)).toEqual([])
  })
})

describe('listWorkers', () => {
  it('answers an empty catalog', async () => {
    const { reader } = await aCatalog()
    expect((await reader.listWorkers(50, null)).list).toEqual({ workers: [], total: 0, next_cursor: null })
  })

  it.each([1, 7, 75, 200])('gives every worker once, %s at a time', async (limit) => {
    const records = manyWorkers(260)
    const { reader } = await aCatalog(...records.toReversed())
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const { list } = await reader.listWorkers(limit, cursor)
      expect(workerListSchema.parse(list)).toEqual(list)
      expect(list.total).toBe(260)
      expect(list.workers.length).toBe(Math.min(limit, 260 - seen.length))
      seen.push(...list.workers.map(({ id }) => id))
      cursor = list.next_cursor
    } while (cursor !== null)
    expect(seen).toEqual(records.map(({ worker }) => worker.id))
  })

  it('goes on where it was although workers came and went, even the last one seen', async () => {
    const records = manyWorkers(20)
    const { reader, write } = await aCatalog(...records)
    const { list } = await reader.listWorkers(10, null)
    const gone = records.slice(5, 12).map((record) => ({ ...record, recipe: null }))
    await write(...gone, aSmallRecord('worker-0011-b'))
    const { list: next } = await reader.listWorkers(2, list.next_cursor)
    expect(next.workers.map(({ id }) => id)).toEqual(['worker-0011-b', 'worker-0012'])
    expect(next.total).toBe(14)
  })

  it('reads the root and one page, and a page that it knows not again', async () => {
    const { reader, reads } = await aCatalog(...manyWorkers(260))
    const { list } = await reader.listWorkers(50, null)
    expect(reads.splice(0)).toEqual(['list-root', 'list-page'])
    await reader.listWorkers(20, null)
    expect(reads.splice(0)).toEqual(['list-root'])
    await reader.listWorkers(10, list.next_cursor)
    expect(reads.splice(0)).toEqual(['list-root'])
  })

  it('has a tag that changes with the list, and is different for other questions', async () => {
    const { reader, write } = await aCatalog(...manyWorkers(3))
    const tag = async (limit: number) => (await reader.listWorkers(limit, null)).etag
    const before = await tag(10)
    expect(before).toMatch(/^"[0-9a-f]{32}"$/)
    expect(await tag(10)).toBe(before)
    expect(await tag(11)).not.toBe(before)
    await write(aSmallRecord('worker-0001', '2.0.0'))
    expect(await tag(10)).not.toBe(before)
  })

  it.each([
    '',
    'x',
    'ZZZ',
    'd29ya2VyLTAwMDE=',
    ' d29ya2VyLTAwMDE',
    'Li4vLi4v',
    'Y3B1',
    Buffer.from('a'.repeat(101)).toString('base64url'),
  ])('refuses the cursor %j', async (cursor) => {
    const { reader } = await aCatalog(...manyWorkers(3))
    expect(await failureCode(reader.listWorkers(10, cursor))).toBe('invalid_cursor')
  })

  it('reads the root again when a page of the one it had is gone', async () => {
    const { ports, write } = await aCatalog(...manyWorkers(3))
    const old = await ports.documents.get({ kind: 'list-root' })
    await write(aSmallRecord('worker-0001', '2.0.0'))
    let asked = 0
    const documents: DocumentStore = {
      ...ports.documents,
      async get(key) {
        const retired = key.kind === 'list-page' && asked === 1
        if (key.kind === 'list-root') asked += 1
        if (retired) return null
        return key.kind === 'list-root' && asked === 1 ? old : ports.documents.get(key)
      },
    }
    const reader = createReader({ documents, archives: memoryArchiveStore() })
    const { list } = await reader.listWorkers(10, null)
    expect(list.workers.map(({ version }) => version)).toEqual(['1.0.0', '2.0.0', '1.0.0'])
  })
})

/** The earlier list of a catalog that is small enough to be a document. */
async function documentOf(reader: CatalogReader): Promise<StoredDocument> {
  const list = await reader.legacyList()
  if (list.kind !== 'document') throw new Error('the list is streamed')
  return list.document
}

async function textOf(reader: CatalogReader): Promise<string> {
  return new TextDecoder().decode((await documentOf(reader)).body)
}

describe('legacyList', () => {
  it('has one entry for each variant that earlier readers know', async () => {
    const { reader } = await aCatalog(hybridOfficial(), folderWorker(), aSmallRecord('echo-worker'))
    const { workers } = legacyWorkerListSchema.parse(JSON.parse(await textOf(reader)))
    expect(workers.map(({ id }) => id)).toEqual([
      'echo-worker-cpu',
      'llm-worker-cpu',
      'llm-worker-cuda',
      'llm-worker-metal',
      'sd-worker-rbee-cuda',
    ])
  })

  it('is empty, not absent, in an empty catalog', async () => {
    const { reader } = await aCatalog()
    expect(await textOf(reader)).toBe('{"workers":[]}')
  })

  it('is put together once for all who ask, until the list changes', async () => {
    const { reader, reads, write } = await aCatalog(...manyWorkers(160))
    const [first, second] = await Promise.all([documentOf(reader), documentOf(reader)])
    expect(second).toBe(first)
    const pages = reads.splice(0).filter((kind) => kind === 'list-page').length
    expect(await documentOf(reader)).toBe(first)
    expect(reads.splice(0)).toEqual(['list-root'])
    await write(aSmallRecord('worker-0001', '2.0.0'))
    const changed = await documentOf(reader)
    expect(changed.etag).not.toBe(first.etag)
    expect(reads.filter((kind) => kind === 'list-page')).toHaveLength(pages)
  })

  it('is tried again after the store failed', async () => {
    const { ports } = await aCatalog(aSmallRecord('echo-worker'))
    let isAway = true
    const documents: DocumentStore = {
      ...ports.documents,
      async get(key) {
        if (isAway && key.kind === 'list-page') throw new Error('the store is away')
        return ports.documents.get(key)
      },
    }
    const reader = createReader({ documents, archives: memoryArchiveStore() })
    await expect(reader.legacyList()).rejects.toThrow('the store is away')
    isAway = false
    expect((await textOf(reader)).length).toBeGreaterThan(100)
  })
})

describe('a large legacyList', () => {
  async function streamed(...records: readonly WorkerRecord[]) {
    const catalog = await aCatalog(...records)
    const list = await catalog.reader.legacyList()
    if (list.kind !== 'stream') throw new Error('the list is small')
    return { ...catalog, list }
  }
  // Long texts, and workers that earlier readers know none of the backends of, in every tenth place and at both ends.
  const records = Array.from({ length: 321 }, (_, number) => {
    const id = `worker-${String(number).padStart(4, '0')}`
    const features = number % 10 === 0 ? ['vulkan'] : ['cpu', 'cuda', 'rocm']
    const build = { features, default_feature: features[0] ?? '' }
    return aRecord(
      'community',
      aCatalogEntry({ manifest: aManifest({ id, build, description: 'ü'.repeat(500) }) }),
    )
  })

  it('comes page by page, in the size that it states', async () => {
    const { list, reads } = await streamed(...records)
    reads.splice(0)
    const bytes = await bytesOf(list.open())
    expect(bytes.length).toBe(list.size)
    const { workers } = legacyWorkerListSchema.parse(readJson(bytes))
    expect(workers.map(({ name }) => name)).toHaveLength(864)
    expect(reads.filter((kind) => kind === 'list-page').length).toBeGreaterThan(3)
    expect((await bytesOf(list.open())).length).toBe(list.size)
  })

  it('reads nothing for who wants no bytes, and one page ahead at most', async () => {
    const { list, reads } = await streamed(...records)
    reads.splice(0)
    const untouched = list.open()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await untouched.cancel()
    expect(reads).toEqual([])
    const reader = list.open().getReader()
    await reader.read()
    await reader.read()
    await new Promise((resolve) => setTimeout(resolve, 20))
    await reader.cancel()
    expect(reads).toEqual(['list-page'])
  })

  it('has another tag when it changes', async () => {
    const { list, reader, write } = await streamed(...records)
    const before = await reader.legacyList()
    await write(aSmallRecord('worker-0001', '2.0.0'))
    const after = await reader.legacyList()
    if (before.kind !== 'stream' || after.kind !== 'stream') throw new Error('the list is small')
    expect(before.etag).toBe(list.etag)
    expect(after.etag).not.toBe(list.etag)
  })

  it('is sent without a size where pages of an earlier version do not say theirs', async () => {
    const { ports } = await aCatalog(aSmallRecord('echo-worker'), folderWorker())
    const stored = await ports.documents.get({ kind: 'list-root' })
    const text = new TextDecoder().decode(stored?.body).replaceAll(/"legacy_bytes":\d+,/g, '')
    await ports.documents.put({ kind: 'list-root' }, textBytes(text))
    const list = await createReader({ ...ports, archives: memoryArchiveStore() }).legacyList()
    if (list.kind !== 'stream') throw new Error('the list is small')
    expect(list.size).toBeNull()
    expect(legacyWorkerListSchema.parse(readJson(await bytesOf(list.open()))).workers).toHaveLength(2)
  })
})

describe('legacyEntry', () => {
  const entryAt = async (address: string) => {
    const { reader } = await aCatalog(hybridOfficial())
    const stored = await reader.legacyEntry(address)
    return stored && readJson(stored.body)
  }

  it.each([
    ['llm-worker', 'llm-worker', 'cpu'],
    ['llm-worker-rbee', 'llm-worker', 'cpu'],
    ['llm-worker-cuda', 'llm-worker-cuda', 'cuda'],
    ['llm-worker-rbee-cuda', 'llm-worker-cuda', 'cuda'],
    ['metal', 'llm-worker-metal', 'metal'],
  ])('answers %s with the entry %s', async (address, id, variant) => {
    expect(await entryAt(address)).toMatchObject({ id, variant })
  })

  it('answers null for what does not exist and for backends that earlier readers do not know', async () => {
    expect(await entryAt('llm-worker-rocm')).toBeNull()
    expect(await entryAt('vulkan')).toBeNull()
  })

  it('is the entry of the list, byte for byte', async () => {
    const { reader } = await aCatalog(hybridOfficial())
    const entry = new TextDecoder().decode((await reader.legacyEntry('llm-worker-cuda'))?.body)
    expect(await textOf(reader)).toContain(entry)
    expect(await reader.release(LLM, aVersion('0.2.0'))).not.toBeNull()
  })
})
