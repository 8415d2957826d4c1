import { workerChecksSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

export const getChecks: Endpoint = {
  operation: {
    id: 'getChecks',
    tag: 'Trust',
    summary: "Get what the static checker finds in a worker's texts",
    description:
      'PKGBUILDs, README and changelog as the catalog holds them, judged when it was read and without running anything. Each rule has a page at `/docs/checks/RULE`.',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The findings', content: { schema: workerChecksSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found', 'no_checks'],
  },
  dependsOn: 'documents',
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'checks', id }), 'no_checks'),
}
