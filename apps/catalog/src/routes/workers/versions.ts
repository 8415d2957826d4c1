import { versionsDocumentSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

export const listVersions: Endpoint = {
  operation: {
    id: 'listVersions',
    tag: 'Workers',
    summary: 'List the releases of a worker',
    description: 'Newest first. `latest` is the version that is installed when none is asked for.',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The releases', content: { schema: versionsDocumentSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found'],
  },
  dependsOn: 'documents',
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'versions', id }), 'worker_not_found'),
}
