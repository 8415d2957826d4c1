import { z } from 'zod'
import type { Endpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'

export const readySchema = z.object({ status: z.literal('ready') })

export const ready: Endpoint = {
  operation: {
    id: 'ready',
    tag: 'Server',
    summary: 'Whether database and stores answer',
    answers: [{ status: 200, description: 'They do', content: { schema: readySchema } }],
    errors: ['not_ready'],
  },
  async handle(_context, { registry }) {
    await registry.checkReady()
    return jsonAnswer({ status: 'ready' })
  },
}
