import { z } from 'zod'
import type { Endpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'

export const healthSchema = z.object({
  status: z.literal('ok'),
  service: z.literal('worker-catalog'),
  version: z.string(),
})

export const health: Endpoint = {
  operation: {
    id: 'health',
    tag: 'Server',
    summary: 'Whether the server runs',
    answers: [{ status: 200, description: 'It runs', content: { schema: healthSchema } }],
    errors: [],
  },
  handle: (_context, { settings }) =>
    jsonAnswer({ status: 'ok', service: 'worker-catalog', version: settings.version }),
}
