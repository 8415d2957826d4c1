import { legacyWorkerListSchema, legacyWorkerSchema, RbeeError } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer, JSON_TYPE, SHORT_CACHE } from '../../http/answer.ts'
import { ADDRESS } from '../../http/parameters.ts'

export const legacyList: Endpoint = {
  operation: {
    id: 'legacyListWorkers',
    tag: 'Clients of earlier catalogs',
    summary: 'List all variants',
    answers: [
      {
        status: 200,
        description: 'One entry per variant',
        content: { schema: legacyWorkerListSchema },
      },
    ],
    rateLimit: 'list',
    errors: [],
  },
  dependsOn: 'documents',
  async handle(_context, { reader }) {
    const list = await reader.legacyList()
    switch (list.kind) {
      case 'document':
        return documentAnswer('list-root', list.document)
      case 'stream': {
        const { etag, size } = list
        const length = size === null ? null : { 'Content-Length': String(size) }
        const headers = { 'Content-Type': JSON_TYPE, 'Cache-Control': SHORT_CACHE, ETag: etag, ...length }
        return { status: 200, headers, body: list.open() }
      }
    }
  },
}

export const legacyEntry: Endpoint = {
  operation: {
    id: 'legacyGetWorker',
    tag: 'Clients of earlier catalogs',
    summary: 'Describe one variant',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The variant', content: { schema: legacyWorkerSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found'],
  },
  dependsOn: 'documents',
  async handle(context, { reader }) {
    const document = await reader.legacyEntry(context.req.param('id') ?? '')
    // Older clients compare this sentence.
    if (!document) throw new RbeeError('worker_not_found', 'Worker not found')
    return documentAnswer('worker', document)
  },
}
