import { documentHeaders, type StoredDocument } from '@rbee/registry'
import { type StatisticsTotals, statisticsOverviewSchema, statisticsTotalsSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'

export const getStatisticsOverview: Endpoint = {
  operation: {
    id: 'getStatisticsOverview',
    tag: 'Workers',
    summary: 'Count the workers and downloads of the catalog',
    description: 'Downloads are counted as those of one worker are, and the workers with the most are named.',
    answers: [{ status: 200, description: 'The figures', content: { schema: statisticsOverviewSchema } }],
    rateLimit: 'list',
    errors: [],
  },
  async handle(_context, { reader }) {
    const { list } = await reader.listWorkers(1, null)
    const document = await reader.document({ kind: 'stats-overview' })
    const totals = document === null ? NO_DOWNLOADS : totalsOf(document)
    return taggedAnswer(JSON.stringify({ workers: list.total, ...totals }), JSON_TYPE, {
      'Cache-Control': documentHeaders('stats-overview').cacheControl,
    })
  },
}

const NO_DOWNLOADS: StatisticsTotals = {
  downloads: 0,
  stars: 0,
  last_updated: null,
  top: [],
  rising: [],
  rising_at: null,
  days: [],
}

function totalsOf({ body }: StoredDocument): StatisticsTotals {
  return statisticsTotalsSchema.parse(JSON.parse(new TextDecoder().decode(body)))
}
