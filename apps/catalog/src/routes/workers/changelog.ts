import type { Endpoint } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

export const getChangelog: Endpoint = {
  operation: {
    id: 'getChangelog',
    tag: 'Workers',
    summary: "Get a worker's changelog",
    parameters: [ADDRESS],
    answers: [
      { status: 200, description: 'Markdown of the author', content: { mediaType: 'text/markdown' } },
    ],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found', 'no_changelog'],
  },
  dependsOn: 'documents',
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'changelog', id }), 'no_changelog'),
}
