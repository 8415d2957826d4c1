import { assertOperator } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { callerOf } from '../../http/bearer.ts'

export const getMetrics: Endpoint = {
  operation: {
    id: 'getMetrics',
    tag: 'Server',
    summary: "The server's figures for Prometheus",
    description:
      'Requests by route and status, durations, bytes, connections, catalogs, memory and event loop. The operator decides whether everybody may read them, or who has an operator token, or nobody.',
    answers: [{ status: 200, description: 'The figures', content: { mediaType: 'text/plain' } }],
    errors: ['metrics_unavailable', 'token_missing', 'token_invalid', 'token_expired', 'forbidden'],
  },
  async handle(context, services) {
    const { metrics } = services
    if (metrics.readers === 'off') {
      throw new RbeeError('metrics_unavailable', 'This server shows no metrics', { next: metrics.instead })
    }
    if (metrics.readers === 'token') assertOperator(await callerOf(context, services))
    const { contentType, text } = await metrics.render()
    return {
      status: 200,
      headers: { 'Content-Type': contentType, 'Cache-Control': 'no-store' },
      body: new TextEncoder().encode(text),
    }
  },
}
