import { workerDocumentSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

export const getWorker: Endpoint = {
  operation: {
    id: 'getWorker',
    tag: 'Workers',
    summary: 'Describe a worker and its latest release',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The worker', content: { schema: workerDocumentSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found'],
  },
  dependsOn: 'documents',
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'worker', id }), 'worker_not_found'),
}
