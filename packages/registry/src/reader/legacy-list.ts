import type { ListRoot } from '@rbee/schema'
import { textBytes } from '../documents/json-bytes.ts'
import { legacyEntriesOf, readListPage } from '../documents/list/root.ts'
import type { DocumentStore } from '../ports/document-store.ts'
import type { LegacyList } from '../registry.ts'
import { type CurrentRoot, oncePerRoot } from './list-root.ts'
import { strongTag } from './strong-tag.ts'

/** Up to here the list is put together once and kept: some hundred variants. */
const DOCUMENT_MAX_BYTES = 2 ** 20
const BEGIN = '{"workers":['
const END = ']}'

/**
 * Reads the earlier list, which has neither pages nor a limit: of ten thousand workers it has more than 70 MB, so a
 * large one is never held as a whole.
 *
 * @returns null when the root was so old that a page of it is gone.
 */
export function createLegacyListReader(
  documents: DocumentStore,
): (current: CurrentRoot) => Promise<LegacyList | null> {
  const smallList = oncePerRoot((root) => buildDocument(documents, root))
  return async (current) => {
    const size = sizeOf(current.root)
    if (size !== null && size <= DOCUMENT_MAX_BYTES) return smallList(current)
    const etag = strongTag(JSON.stringify(['legacy list', current.etag]))
    return { kind: 'stream', etag, size, open: () => streamOf(documents, current.root) }
  }
}

/** In bytes; null where a page does not say. */
function sizeOf({ pages }: ListRoot): number | null {
  let size = BEGIN.length + END.length
  let filled = 0
  for (const { legacy_bytes } of pages) {
    if (legacy_bytes === undefined) return null
    size += legacy_bytes
    if (legacy_bytes > 0) filled += 1
  }
  return size + Math.max(0, filled - 1)
}

async function buildDocument(documents: DocumentStore, root: ListRoot): Promise<LegacyList | null> {
  const pages: string[] = []
  for (const { sha256 } of root.pages) {
    const entries = await readListPage(documents, sha256)
    if (entries === null) return null
    pages.push(legacyEntriesOf(entries))
  }
  const text = BEGIN + pages.filter((entries) => entries !== '').join(',') + END
  return { kind: 'document', document: { body: textBytes(text), etag: strongTag(text) } }
}

function streamOf(documents: DocumentStore, root: ListRoot): ReadableStream<Uint8Array> {
  const chunks = chunksOf(documents, root)
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(textBytes(value))
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    // Pages are read as fast as the client takes them, and none for a HEAD.
    { highWaterMark: 0 },
  )
}

async function* chunksOf(documents: DocumentStore, { pages }: ListRoot): AsyncGenerator<string, undefined> {
  yield BEGIN
  let separator = ''
  for (const { sha256 } of pages) {
    const page = await readListPage(documents, sha256)
    if (page === null) throw new Error('a page of the list was freed while it was sent')
    const entries = legacyEntriesOf(page)
    if (entries === '') continue
    yield separator + entries
    separator = ','
  }
  yield END
}
