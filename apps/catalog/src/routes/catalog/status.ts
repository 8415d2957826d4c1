import { catalogStatusSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer, JSON_TYPE, SHORT_CACHE, taggedAnswer } from '../../http/answer.ts'

export const catalogStatus: Endpoint = {
  operation: {
    id: 'catalogStatus',
    tag: 'Catalogs',
    summary: 'What the catalogs brought',
    description: 'Which folders were accepted, and which were refused with code, place and reason.',
    answers: [{ status: 200, description: 'All catalogs', content: { schema: catalogStatusSchema } }],
    errors: [],
  },
  dependsOn: 'documents',
  async handle(_context, { reader }) {
    const document = await reader.document({ kind: 'catalog-status' })
    if (document) return documentAnswer('catalog-status', document)
    return taggedAnswer(JSON.stringify({ catalogs: [] }), JSON_TYPE, { 'Cache-Control': SHORT_CACHE })
  },
}
