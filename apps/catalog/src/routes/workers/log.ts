import { workerLogSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

export const getWorkerLog: Endpoint = {
  operation: {
    id: 'getWorkerLog',
    tag: 'Trust',
    summary: 'Where the transparency log tells of a worker',
    description:
      'Every entry about the worker and its releases, with its place in the log. Entries behind the end of the signed tree head are signed with the next one.',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The entries', content: { schema: workerLogSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found', 'log_unavailable'],
  },
  dependsOn: 'documents',
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'worker-log', id }), 'log_unavailable'),
}
