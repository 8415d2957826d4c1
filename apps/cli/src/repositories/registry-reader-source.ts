import type { RegistrySource } from '@rbee/package-repositories'
import type { CatalogReader, StoredDocument } from '@rbee/registry'
import { RbeeError, sha256Of, versionsDocumentSchema, workerDocumentSchema } from '@rbee/schema'
import type { z } from 'zod'

const PAGE_SIZE = 200

/**
 * The registry of this process.
 *
 * @param url under which clients reach it.
 */
export function registryReaderSource(reader: CatalogReader, url: string): RegistrySource {
  return {
    url,
    async *workerPages() {
      let cursor: string | null = null
      do {
        const { list } = await reader.listWorkers(PAGE_SIZE, cursor)
        yield { ids: list.workers.map(({ id }) => id), total: list.total }
        cursor = list.next_cursor
      } while (cursor !== null)
    },
    worker: async (id) => parsed(await reader.document({ kind: 'worker', id }), workerDocumentSchema),
    versions: async (id) => parsed(await reader.document({ kind: 'versions', id }), versionsDocumentSchema),
    release: (id, version) => reader.release(id, version),
    async *archive({ checksum }) {
      const opened = await reader.openArchive(sha256Of(checksum))
      if (opened === null) throw new RbeeError('blob_not_found', `there is no archive ${checksum}`)
      yield* opened.body
    },
  }
}

function parsed<Schema extends z.ZodType>(
  document: StoredDocument | null,
  schema: Schema,
): z.output<Schema> | null {
  return document && schema.parse(JSON.parse(new TextDecoder().decode(document.body)))
}
