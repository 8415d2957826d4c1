import { putImage } from '../images/put-image.ts'
import type { StoredDocument } from '../ports/document-store.ts'
import type { Registry, SyncPorts } from '../registry.ts'
import { documentPath } from '../storage-keys.ts'
import { addSyncEntries } from './add-entries.ts'
import { beginSync } from './begin-sync.ts'
import { catalogStateOf } from './finish-sync.ts'
import { openSyncs } from './open-syncs.ts'

/**
 * Syncs by the same rules as a registry's, with pictures alone for documents: with an empty database, they tell what a registry that holds
 * nothing else would accept and refuse.
 */
export function rehearseSyncs(
  surroundings: Omit<SyncPorts, 'documents'>,
): Pick<Registry, 'putImage' | 'beginSync' | 'addSyncEntries' | 'finishSync'> {
  const ports = { ...surroundings, documents: heldDocuments() }
  const syncs = openSyncs(ports.database)
  return {
    putImage: (caller, sha256, bytes) => putImage(ports, caller, sha256, bytes),
    beginSync: (caller, input) => beginSync(ports, caller, input),
    addSyncEntries: (caller, syncId, entries) => addSyncEntries(ports, syncs, caller, syncId, entries),
    async finishSync(caller, syncId, findings, about = {}) {
      const { row } = await syncs.find(caller, syncId)
      const accepted = await ports.database.listRecipes(row.catalog)
      return { ...catalogStateOf(row, accepted, findings, [], about, ports.clock()), remaining: 0 }
    },
  }
}

/** Documents for as long as the process lasts. */
function heldDocuments(): SyncPorts['documents'] {
  const held = new Map<string, StoredDocument>()
  return {
    get: async (key) => held.get(documentPath(key)) ?? null,
    async put(key, body, expected) {
      const path = documentPath(key)
      if (expected?.etag === null && held.has(path)) return null
      held.set(path, { body, etag: '"held"' })
      return '"held"'
    },
  }
}
