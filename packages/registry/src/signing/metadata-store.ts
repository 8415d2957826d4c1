import { type MetadataStore, RETIRED, TIMESTAMP } from '@rbee/trust'
import type { DocumentStore } from '../ports/document-store.ts'
import type { DocumentKey } from '../storage-keys.ts'

/** Signed metadata among the documents. */
export function metadataStore(documents: DocumentStore): MetadataStore {
  return {
    get: (name) => documents.get(signedDocument(name)),
    put: (name, body, expected) => documents.put(signedDocument(name), body, expected),
    delete: (name) => documents.delete(signedDocument(name)),
  }
}

/** The document of a file of signed metadata, under the name that clients ask for. */
export function signedDocument(name: string): DocumentKey {
  switch (name) {
    case TIMESTAMP:
      return { kind: 'signed-timestamp' }
    case RETIRED:
      return { kind: 'signed-retired' }
    default:
      return { kind: 'signed-file', name }
  }
}
