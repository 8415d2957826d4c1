import { RbeeError, revocationsSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer } from '../../http/answer.ts'

export const getRevocations: Endpoint = {
  operation: {
    id: 'getRevocations',
    tag: 'Downloads',
    summary: 'Which releases may not run anywhere',
    description:
      'Every machine keeps a copy and refuses to start what stands on it. A list says for how long it is good, is issued anew before that, and never has a lower `sequence` than one before.',
    answers: [{ status: 200, description: 'The list', content: { schema: revocationsSchema } }],
    rateLimit: 'detail',
    errors: ['not_ready'],
  },
  dependsOn: 'documents',
  async handle(_context, { reader }) {
    const document = await reader.document({ kind: 'revocations' })
    if (document !== null) return documentAnswer('revocations', document)
    throw new RbeeError('not_ready', 'The first list of quarantined releases is not issued yet', {
      next: 'ask again in some minutes',
    })
  },
}
