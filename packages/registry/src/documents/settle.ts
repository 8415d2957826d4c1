import { Buffer } from 'node:buffer'
import type { DocumentStore, StoredDocument } from '../ports/document-store.ts'
import { type DocumentKey, documentPath } from '../storage-keys.ts'

/** How a document shall be; without a body it shall not be. */
export interface WantedDocument {
  readonly key: DocumentKey
  readonly body: Uint8Array | null
}

/** What one writer knows to be stored; null where nothing is. */
interface KnownDocument {
  readonly key: DocumentKey
  readonly stored: StoredDocument | null
}

/** By the path of the document. */
export type KnownDocuments = ReadonlyMap<string, KnownDocument>

/** Far more than writers of one worker can get into each other's way. */
const MAX_PASSES = 50

/**
 * Brings stored documents in line with rows that other writers may be changing and writing at the same time. Documents
 * are changed in the order in which `compose` names them; what is right already is not written.
 *
 * A pass writes only what it has composed from rows that were read after the tag of the document, and only while the
 * document has that tag: older rows never replace newer ones. The last pass finds nothing to change. That covers
 * deletions, which cannot be made conditional, and what an earlier pass wrote and is wanted no more.
 *
 * @param compose reads the rows and says what shall be stored; called once for every pass.
 */
export async function settleDocuments(
  store: DocumentStore,
  compose: (known: KnownDocuments) => Promise<readonly WantedDocument[]>,
): Promise<void> {
  const known = new Map<string, KnownDocument>()
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const wanted = await compose(known)
    const unread = wanted.filter(({ key }) => !known.has(documentPath(key)))
    if (unread.length > 0) {
      await Promise.all(unread.map(({ key }) => learn(store, known, key)))
      continue
    }
    const changes = [...unwanted(wanted, known), ...wanted].filter((one) => !isStored(one, known))
    if (changes.length === 0) return
    for (const change of changes) await apply(store, known, change)
  }
  throw new Error('The documents kept changing while they were written')
}

async function learn(
  store: DocumentStore,
  known: Map<string, KnownDocument>,
  key: DocumentKey,
): Promise<void> {
  known.set(documentPath(key), { key, stored: await store.get(key) })
}

function unwanted(wanted: readonly WantedDocument[], known: KnownDocuments): WantedDocument[] {
  const paths = new Set(wanted.map(({ key }) => documentPath(key)))
  return [...known].filter(([path]) => !paths.has(path)).map(([, { key }]) => ({ key, body: null }))
}

function isStored({ key, body }: WantedDocument, known: KnownDocuments): boolean {
  const stored = known.get(documentPath(key))?.stored ?? null
  if (body === null || stored === null) return body === stored
  return Buffer.compare(body, stored.body) === 0
}

async function apply(
  store: DocumentStore,
  known: Map<string, KnownDocument>,
  { key, body }: WantedDocument,
): Promise<void> {
  const path = documentPath(key)
  if (body === null) {
    await store.delete(key)
    known.set(path, { key, stored: null })
    return
  }
  const etag = await store.put(key, body, { etag: known.get(path)?.stored?.etag ?? null })
  if (etag === null) await learn(store, known, key)
  else known.set(path, { key, stored: { body, etag } })
}
