import type { Registry, SyncPorts } from '../registry.ts'
import { addSyncEntries } from './add-entries.ts'
import { beginSync } from './begin-sync.ts'
import { catalogStateOf } from './finish-sync.ts'
import { openSyncs } from './open-syncs.ts'

/**
 * Syncs by the same rules as a registry's, without documents: with an empty database, they tell what a registry that holds
 * nothing else would accept and refuse.
 */
export function rehearseSyncs(
  ports: SyncPorts,
): Pick<Registry, 'beginSync' | 'addSyncEntries' | 'finishSync'> {
  const syncs = openSyncs(ports.database)
  return {
    beginSync: (caller, input) => beginSync(ports, caller, input),
    addSyncEntries: (caller, syncId, entries) => addSyncEntries(ports, syncs, caller, syncId, entries),
    async finishSync(caller, syncId, findings, about = {}) {
      const { row } = await syncs.find(caller, syncId)
      const accepted = await ports.database.listRecipes(row.catalog)
      return { ...catalogStateOf(row, accepted, findings, [], about, ports.clock()), remaining: 0 }
    },
  }
}
