import {
  type AliasDocument,
  addressSchema,
  aliasDocumentSchema,
  RbeeError,
  releaseDocumentSchema,
  variantNameSchema,
  versionSchema,
  workerDocumentSchema,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { readJson, textBytes } from '../documents/json-bytes.ts'
import { legacyWorkerAt } from '../documents/legacy.ts'
import { impliedAddress } from '../names/implied-address.ts'
import type { ArchiveStore } from '../ports/archive-store.ts'
import type { DocumentStore } from '../ports/document-store.ts'
import type { CatalogReader } from '../registry.ts'
import { createListReader } from './list-reader.ts'
import { strongTag } from './strong-tag.ts'

/** What reading needs: stores, and no database. */
export interface ReaderPorts {
  readonly documents: DocumentStore
  readonly archives: Pick<ArchiveStore, 'size' | 'open'>
}

export function createReader({ documents, archives }: ReaderPorts): CatalogReader {
  const resolve = (address: string) => resolveAddress(documents, address)
  return {
    resolve,
    document: (key) => documents.get(key),
    async release(id, text) {
      const version = versionSchema.safeParse(text)
      if (!version.success) {
        throw new RbeeError('invalid_version', 'The version is not a semantic version such as 1.2.3')
      }
      const stored = await documents.get({ kind: 'release', id, version: version.data })
      return stored && releaseDocumentSchema.parse(readJson(stored.body))
    },
    ...createListReader(documents),
    async legacyEntry(address) {
      const target = await resolve(address)
      const stored = target && (await documents.get({ kind: 'worker', id: target.worker }))
      if (!stored) return null
      const entry = legacyWorkerAt(workerDocumentSchema.parse(readJson(stored.body)), target.variant)
      if (entry === null) return null
      const text = JSON.stringify(entry)
      return { body: textBytes(text), etag: strongTag(text) }
    },
    archiveSize: (sha256) => archives.size(sha256),
    openArchive: (sha256, range) => archives.open(sha256, range),
  }
}

/** A worker's own id comes before any alias, so that no alias can ever stand in front of a worker. */
async function resolveAddress(documents: DocumentStore, address: string): Promise<AliasDocument | null> {
  const parsed = addressSchema.safeParse(address)
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(({ message }) => message).join(' and ')
    throw new RbeeError('invalid_id', `The id ${reasons}`, {
      next: 'Ids match [a-z0-9-]+ and have at most 100 characters',
    })
  }
  const id = workerIdSchema.safeParse(address)
  if (id.success && (await documents.get({ kind: 'worker', id: id.data })) !== null) {
    return { worker: id.data, variant: null }
  }
  const implied = await followForm(documents, address)
  if (implied !== null) return implied
  const alias = await documents.get({ kind: 'alias', name: address })
  return alias && aliasDocumentSchema.parse(readJson(alias.body))
}

/** What of a worker's document tells its addresses. */
const addressesSchema = z.object({
  aliases: z.array(z.string()),
  variants: z.array(z.object({ name: variantNameSchema, id: z.string() })),
})

/** Asks the document of the worker that the form of the address means. */
async function followForm(documents: DocumentStore, address: string): Promise<AliasDocument | null> {
  const implied = impliedAddress(address)
  const stored = implied && (await documents.get({ kind: 'worker', id: implied.worker }))
  if (!implied || !stored) return null
  const { aliases, variants } = addressesSchema.parse(readJson(stored.body))
  const { worker, variant } = implied
  const own = variants.find(({ id }) => id === address)
  if (own !== undefined && own.name === variant) return { worker, variant: own.name }
  if (!aliases.includes(address)) return null
  return { worker, variant: variant === null ? null : variantNameSchema.parse(variant) }
}
