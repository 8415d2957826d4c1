import { programsDocumentSchema, RbeeError } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer } from '../../http/answer.ts'
import { offeredPrograms } from './offered.ts'

export const getPrograms: Endpoint = {
  operation: {
    id: 'getPrograms',
    tag: 'Programs',
    summary: 'Which builds of the command line programs can be installed from here',
    description: 'What `/install.sh` chooses from.',
    answers: [{ status: 200, description: 'The programs', content: { schema: programsDocumentSchema } }],
    rateLimit: 'install',
    errors: ['no_programs'],
  },
  async handle(_context, services) {
    const document = await offeredPrograms(services)
    if (document !== null) return documentAnswer('programs', document)
    throw new RbeeError('no_programs', 'This server offers no programs to install', {
      next: 'its operator can offer them with: rbee-catalog programs publish',
    })
  },
}
