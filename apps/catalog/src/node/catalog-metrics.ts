import type { CatalogReader, StoredDocument } from '@rbee/registry'
import { type CatalogStatus, catalogStatusSchema } from '@rbee/schema'
import { Gauge, type Registry } from 'prom-client'
import { publicStatus } from '../catalog-names.ts'

/** What the catalogs brought, and when. */
export function catalogMetrics(reader: Pick<CatalogReader, 'document'>, registers: Registry[]): void {
  const readStatus = statusReader(reader)
  new Gauge({
    name: 'rbee_catalog_workers',
    help: 'Workers of a catalog that were accepted, and folders that were refused',
    labelNames: ['catalog', 'state'],
    registers,
    async collect() {
      this.reset()
      for (const { catalog, accepted, refused } of (await readStatus()).catalogs) {
        this.set({ catalog, state: 'accepted' }, accepted.length)
        this.set({ catalog, state: 'refused' }, new Set(refused.map(({ path }) => path)).size)
      }
    },
  })
  new Gauge({
    name: 'rbee_catalog_synced_timestamp_seconds',
    help: 'When a catalog was read last, in seconds since the epoch',
    labelNames: ['catalog'],
    registers,
    async collect() {
      this.reset()
      for (const { catalog, synced_at } of (await readStatus()).catalogs) {
        if (synced_at !== null) this.set({ catalog }, Date.parse(synced_at) / 1000)
      }
    },
  })
  new Gauge({
    name: 'rbee_catalog_failing',
    help: 'Whether reading a catalog failed the last time',
    labelNames: ['catalog'],
    registers,
    async collect() {
      this.reset()
      for (const { catalog, failure } of (await readStatus()).catalogs) {
        this.set({ catalog }, failure ? 1 : 0)
      }
    },
  })
}

/** Parses a status once, with names that may be seen by whoever the figures are passed on to: it lists every worker, and is read far more often than it changes. */
function statusReader(reader: Pick<CatalogReader, 'document'>): () => Promise<CatalogStatus> {
  const parsed = new WeakMap<StoredDocument, CatalogStatus>()
  return async () => {
    const document = await reader.document({ kind: 'catalog-status' })
    if (document === null) return { catalogs: [] }
    const known = parsed.get(document)
    if (known) return known
    const status = publicStatus(
      catalogStatusSchema.parse(JSON.parse(new TextDecoder().decode(document.body))),
    )
    parsed.set(document, status)
    return status
  }
}
