import type { StoredDocument } from '@rbee/registry'
import { type CatalogStatus, catalogStatusSchema } from '@rbee/schema'
import { ownName, publicStatus } from '../../catalog-names.ts'
import type { Endpoint } from '../../endpoint.ts'
import { type Answer, JSON_TYPE, jsonAnswer, SHORT_CACHE, taggedAnswer } from '../../http/answer.ts'
import { givenCaller } from '../../http/bearer.ts'
import type { Services } from '../../services.ts'

const VARY = 'Authorization, Origin'

export const catalogStatus: Endpoint = {
  operation: {
    id: 'catalogStatus',
    tag: 'Catalogs',
    summary: 'What the catalogs brought',
    description:
      'Which folders were accepted, and which were refused with code, place and reason. A catalog without a public address is named by the last part of its path, and for operators by the whole.',
    answers: [{ status: 200, description: 'All catalogs', content: { schema: catalogStatusSchema } }],
    errors: ['token_invalid', 'token_expired'],
  },
  async handle(context, services) {
    const document = await services.reader.document({ kind: 'catalog-status' })
    const caller = await givenCaller(context, services)
    if (caller?.scope === 'operator') return jsonAnswer(parsed(document), 200, { Vary: VARY })
    return document === null ? made({ catalogs: [] }) : publicAnswer(document)
  },
}

/** The name by which the server knows a catalog, given that or the one that everybody sees in the status. */
export async function knownName({ reader }: Services, given: string): Promise<string> {
  return ownName(parsed(await reader.document({ kind: 'catalog-status' })), given)
}

const prepared = new WeakMap<StoredDocument, Promise<Answer>>()

/** Made once of each document: it lists every worker. */
function publicAnswer(document: StoredDocument): Promise<Answer> {
  const known = prepared.get(document)
  if (known) return known
  const answer = made(publicStatus(parsed(document)))
  prepared.set(document, answer)
  return answer
}

function made(status: CatalogStatus): Promise<Answer> {
  return taggedAnswer(JSON.stringify(status), JSON_TYPE, { 'Cache-Control': SHORT_CACHE, Vary: VARY })
}

function parsed(document: StoredDocument | null): CatalogStatus {
  if (document === null) return { catalogs: [] }
  return catalogStatusSchema.parse(JSON.parse(new TextDecoder().decode(document.body)))
}
