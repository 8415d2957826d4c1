import { tagListSchema } from '@rbee/schema'
import type { PublicEndpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'

export const listTags: PublicEndpoint = {
  operation: {
    id: 'listTags',
    tag: 'Search',
    summary: 'List all tags',
    description: 'By the number of workers that have them, then by name.',
    answers: [{ status: 200, description: 'All tags', content: { schema: tagListSchema } }],
    rateLimit: 'list',
    errors: [],
  },
  dependsOn: 'documents',
  async handle(_context, { search }) {
    return taggedAnswer(JSON.stringify(await search.listTags()), JSON_TYPE)
  },
}
