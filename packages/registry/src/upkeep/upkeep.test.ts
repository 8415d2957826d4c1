import { openSqliteDatabase } from '@rbee/db/sqlite'
import {
  aCatalogEntry,
  aManifest,
  aRegistry,
  aWorkerId,
  failureCode,
  failureOf,
  memoryDocumentStore,
  syncCatalog,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const outage = () => Promise.reject(new Error('password=hunter2 refused'))

describe('checkReady', () => {
  it('is content when everything answers', async () => {
    expect(await failureCode(aRegistry(openSqliteDatabase(':memory:')).registry.checkReady())).toBe('done')
  })

  it.each(['database', 'document store', 'archive store'])(
    'names the %s when it does not answer',
    async (part) => {
      const { ports } = aRegistry(openSqliteDatabase(':memory:'))
      const broken = {
        ...ports,
        ...(part === 'database' && { database: { ...ports.database, ping: outage } }),
        ...(part === 'document store' && { documents: { ...ports.documents, get: outage } }),
        ...(part === 'archive store' && { archives: { ...ports.archives, size: outage } }),
      }
      const failure = await failureOf(aRegistry(broken.database, broken).registry.checkReady())
      expect(failure).toMatchObject({ code: 'not_ready', details: { part } })
      expect(failure?.message).not.toContain('hunter2')
    },
  )
})

describe('writeDueDocuments', () => {
  it('completes a sync whose documents could not be written', async () => {
    const documents = memoryDocumentStore()
    let working = false
    const flaky = {
      ...documents,
      put: (...args: Parameters<typeof documents.put>) => (working ? documents.put(...args) : outage()),
    }
    const { registry, ports } = aRegistry(openSqliteDatabase(':memory:'), { documents: flaky })
    const entries = ['echo-worker', 'paint-worker'].map((id) =>
      aCatalogEntry({ manifest: aManifest({ id }) }),
    )
    expect(await failureCode(syncCatalog(registry, 'main', entries))).toBe('storage_failed')
    working = true
    expect(await registry.writeDueDocuments()).toMatchObject({ written: 2, remaining: 0 })
    expect(await ports.documents.get({ kind: 'worker', id: aWorkerId('paint-worker') })).not.toBeNull()
    expect(await registry.writeDueDocuments()).toMatchObject({ written: 0, remaining: 0 })
  })
})
