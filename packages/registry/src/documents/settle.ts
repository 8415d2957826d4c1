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
export type LearnedDocuments = Map<string, KnownDocument>

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
  const known: LearnedDocuments = new Map()
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const wanted = await compose(known)
    if (await learnMissing(store, known, wanted)) continue
    const changes = [...unwanted(wanted, known), ...wanted].filter((one) => !isStored(one, known))
    if (changes.length === 0) return
    for (const change of changes) await applyChange(store, known, change)
  }
  throw new Error('The documents kept changing while they were written')
}

/** Reads those of the wanted documents that are not known yet. @returns whether there were any. */
export async function learnMissing(
  store: DocumentStore,
  known: LearnedDocuments,
  wanted: readonly Pick<WantedDocument, 'key'>[],
): Promise<boolean> {
  const unread = wanted.filter(({ key }) => !known.has(documentPath(key)))
  await Promise.all(unread.map(({ key }) => learn(store, known, key)))
  return unread.length > 0
}

async function learn(store: DocumentStore, known: LearnedDocuments, key: DocumentKey): Promise<void> {
  known.set(documentPath(key), { key, stored: await store.get(key) })
}

function unwanted(wanted: readonly WantedDocument[], known: KnownDocuments): WantedDocument[] {
  const paths = new Set(wanted.map(({ key }) => documentPath(key)))
  return [...known].filter(([path]) => !paths.has(path)).map(([, { key }]) => ({ key, body: null }))
}

/** A document that is not known counts as one that does not exist. */
export function isStored({ key, body }: WantedDocument, known: KnownDocuments): boolean {
  const stored = known.get(documentPath(key))?.stored ?? null
  if (body === null || stored === null) return body === stored
  return Buffer.compare(body, stored.body) === 0
}

/**
 * Changes one document, where it is as it is known to be; one that is not known must not exist.
 *
 * @returns false when another writer was faster: then nothing was written, and what is stored is known.
 */
export async function applyChange(
  store: DocumentStore,
  known: LearnedDocuments,
  { key, body }: WantedDocument,
): Promise<boolean> {
  const path = documentPath(key)
  if (body === null) {
    await store.delete(key)
    known.set(path, { key, stored: null })
    return true
  }
  const etag = await store.put(key, body, { etag: known.get(path)?.stored?.etag ?? null })
  if (etag === null) await learn(store, known, key)
  else known.set(path, { key, stored: { body, etag } })
  return etag !== null
}
