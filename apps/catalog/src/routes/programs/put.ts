import { programsDocumentSchema, programsInputSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

const BODY = { schema: programsInputSchema, maxBytes: 16 * 2 ** 10 }

export const putPrograms: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'putPrograms',
    tag: 'Programs',
    summary: 'Offer builds of the command line programs for installation',
    description:
      'Names archives that were uploaded before (tar.gz with `bin/rbee-hive`), in the place of all that were offered before.',
    body: BODY,
    answers: [
      { status: 200, description: 'What is offered now', content: { schema: programsDocumentSchema } },
    ],
    errors: ['artifact_not_stored', 'invalid_format', 'archive_invalid'],
  },
  async handle(context, services, caller) {
    const document = await services.registry.offerPrograms(caller, await readJson(context, BODY))
    const { version, builds } = document
    services.log.info({ version, builds: builds.length, token: caller.tokenId }, 'programs offered')
    return jsonAnswer(document)
  },
}
