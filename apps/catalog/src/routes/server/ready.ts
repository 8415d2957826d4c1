import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import type { Endpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'

export const readySchema = z.object({ status: z.literal('ready') })

export const ready: Endpoint = {
  operation: {
    id: 'ready',
    tag: 'Server',
    summary:
      'Whether the server takes requests: database and stores answer, metadata is signed in time, and it is not about to end',
    answers: [{ status: 200, description: 'It does', content: { schema: readySchema } }],
    errors: ['not_ready', 'signing_failed'],
  },
  async handle(_context, { registry, isStopping }) {
    if (isStopping()) throw new RbeeError('not_ready', 'The server is about to end')
    await registry.checkReady()
    return jsonAnswer({ status: 'ready' })
  },
}
