import { type WorkerKeys, workerKeysSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer, JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { addressedWorker } from '../workers/addressed.ts'

export const getWorkerKeys: Endpoint = {
  operation: {
    id: 'getWorkerKeys',
    tag: 'Trust',
    summary: 'List the keys with which a worker is signed, and how they changed',
    description:
      'The history is a chain: each change is signed with a key that was valid before it. Of a worker with keys this document is signed like its others; a worker without has empty lists.',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The keys', content: { schema: workerKeysSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const { worker } = await addressedWorker(context, services)
    const document = await services.reader.document({ kind: 'worker-keys', id: worker })
    if (document) return documentAnswer('worker-keys', document)
    const none: WorkerKeys = { worker, provenance_required: false, keys: [], history: [] }
    return taggedAnswer(JSON.stringify(none), JSON_TYPE)
  },
}
