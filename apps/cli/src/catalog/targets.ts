import { setImmediate } from 'node:timers/promises'
import type { RegistryClient } from '@rbee/api-client'
import type { Caller, CatalogReader, Registry } from '@rbee/registry'
import { catalogStatusSchema } from '@rbee/schema'
import type { SyncTarget } from './sync-catalogs.ts'

/** Whoever runs the server's own process may do everything that an operator may. */
export const LOCAL_OPERATOR: Caller = { tokenId: 'operator', scope: 'operator', worker: null }

/** A registry in this process. */
export function registryTarget(registry: Registry, reader: CatalogReader): SyncTarget {
  return {
    async states() {
      const document = await reader.document({ kind: 'catalog-status' })
      if (document === null) return []
      return catalogStatusSchema.parse(JSON.parse(new TextDecoder().decode(document.body))).catalogs
    },
    begin: (input) => registry.beginSync(LOCAL_OPERATOR, input),
    async add(syncId, entries) {
      // SQLite answers without ever waiting, so that requests would not be answered while a catalog is taken in.
      await setImmediate()
      return registry.addSyncEntries(LOCAL_OPERATOR, syncId, entries)
    },
    finish: (syncId, { findings, ...about }) => registry.finishSync(LOCAL_OPERATOR, syncId, findings, about),
  }
}

/** A server over HTTP, with an operator's token. */
export function serverTarget(client: RegistryClient): SyncTarget {
  return {
    states: async () => (await client.catalogStatus()).catalogs,
    begin: (input) => client.beginSync(input),
    add: (syncId, entries) => client.addSyncEntries(syncId, entries),
    finish: (syncId, { findings, ...about }) => client.finishSync(syncId, findings, about),
  }
}
