import { type FoundWorker, foundWorkerSchema } from '@rbee/schema'
import type { Version } from '@rbee/search'
import type { SearchIndex } from '../ports/search-index.ts'

/** What is shown of the given versions, by document. */
export async function readHits(
  database: Pick<SearchIndex, 'readIndexedTexts'>,
  versions: readonly Version[],
): Promise<Map<number, { readonly worker: FoundWorker; readonly readme: string }>> {
  const texts = await database.readIndexedTexts(versions.map(({ doc }) => doc))
  const hits = versions.flatMap(({ doc, downloads }) => {
    const stored = texts.get(doc)
    if (stored === undefined) return []
    const worker = foundWorkerSchema.parse({ ...JSON.parse(stored.summary), downloads })
    return [[doc, { worker, readme: stored.readme }] as const]
  })
  return new Map(hits)
}
