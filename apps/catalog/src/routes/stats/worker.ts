import { documentHeaders } from '@rbee/registry'
import { type WorkerStatistics, workerDocumentSchema, workerStatisticsSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer, JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { addressedWorker, parsedWorker } from '../workers/addressed.ts'

export const getWorkerStatistics: Endpoint = {
  operation: {
    id: 'getWorkerStatistics',
    tag: 'Workers',
    summary: 'Count the downloads of a worker',
    description:
      'All variants together, at the address of each. A client counts once a day for each artifact; robots, publishers with their token, later ranges and repeated requests do not count. No address is stored. Figures are some seconds old at their source, and may be kept for five minutes.',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The figures', content: { schema: workerStatisticsSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'worker_not_found'],
  },
  async handle(context, services) {
    const { worker } = await addressedWorker(context, services)
    const document = await services.reader.document({ kind: 'stats', id: worker })
    if (document) return documentAnswer('stats', document)
    const { published_at } = await parsedWorker(services, worker, publishedSchema)
    const nothingYet: WorkerStatistics = {
      worker,
      downloads: 0,
      stars: 0,
      last_updated: published_at,
      versions: [],
      variants: [],
      platforms: [],
      days: [],
    }
    return taggedAnswer(JSON.stringify(nothingYet), JSON_TYPE, {
      'Cache-Control': documentHeaders('stats').cacheControl,
    })
  },
}

const publishedSchema = workerDocumentSchema.pick({ published_at: true })
