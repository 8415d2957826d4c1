import { randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { RegistryClient } from '@rbee/api-client'
import { openSqliteDatabase } from '@rbee/db/sqlite'
import { type Caller, type CatalogReader, type Registry, rehearseSyncs } from '@rbee/registry'
import { catalogStatusSchema } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
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
    ...syncsOf(registry),
  }
}

/** An empty registry that is gone with the process, for what may be said of catalogs without a server. */
export function rehearsalTarget(
  { clock }: CommandContext,
  database = openSqliteDatabase(':memory:'),
): SyncTarget {
  const rehearsal = rehearseSyncs({ database, clock, randomBytes: (length) => randomBytes(length) })
  return { states: async () => [], ...syncsOf(rehearsal) }
}

function syncsOf(
  registry: Pick<Registry, 'putImage' | 'beginSync' | 'addSyncEntries' | 'finishSync'>,
): Omit<SyncTarget, 'states'> {
  return {
    async putImage(sha256, bytes) {
      await registry.putImage(LOCAL_OPERATOR, sha256, bytes)
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
    async putImage(sha256, bytes) {
      await client.putImage(sha256, bytes)
    },
    begin: (input) => client.beginSync(input),
    add: (syncId, entries) => client.addSyncEntries(syncId, entries),
    finish: (syncId, { findings, ...about }) => client.finishSync(syncId, findings, about),
  }
}
