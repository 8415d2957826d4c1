import type { CatalogStatus } from '@rbee/schema'
import type { DocumentPorts } from './document-ports.ts'
import { jsonBytes } from './json-bytes.ts'
import { settleDocuments } from './settle.ts'

/** Writes what every catalog brought and what was refused of it: the body of `GET /v1/catalog/status`. */
export async function writeCatalogStatus(ports: DocumentPorts): Promise<void> {
  await settleDocuments(ports.documents, async () => {
    const states = await ports.database.listCatalogStates()
    const status: CatalogStatus = { catalogs: states.map(({ state }) => state) }
    return [{ key: { kind: 'catalog-status' }, body: jsonBytes(status) }]
  })
}
