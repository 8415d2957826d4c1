import type { Database } from '../ports/database.ts'
import type { RegistryPorts } from '../registry.ts'

/** What writing documents needs of the registry's ports: rows to read, a store to write to, and the time. */
export interface DocumentPorts extends Pick<RegistryPorts, 'documents' | 'clock' | 'inTurn' | 'onIndexed'> {
  readonly database: Pick<
    Database,
    | 'getWorker'
    | 'getWorkers'
    | 'dueRevisions'
    | 'listCatalogStates'
    | 'readChangeNumber'
    | 'saveIndexed'
    | 'findAlike'
    | 'findNamesakes'
    | 'listIndexedNames'
    | 'resetIndex'
    | 'saveNeeds'
  >
}
