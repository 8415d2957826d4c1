import type { Endpoint } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

export const getReadme: Endpoint = {
  operation: {
    id: 'getReadme',
    tag: 'Workers',
    summary: "Get a worker's README",
    parameters: [ADDRESS],
    answers: [
      { status: 200, description: 'Markdown of the author', content: { mediaType: 'text/markdown' } },
    ],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found', 'no_readme'],
  },
  dependsOn: 'documents',
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'readme', id }), 'no_readme'),
}
