import { strikeInputSchema, strikeSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

const BODY = { schema: strikeInputSchema, maxBytes: 16 * 2 ** 10 }

export const strikeRebuilder: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'strikeRebuilder',
    tag: 'Trust',
    summary: 'Stop counting a rebuilder, or count it again',
    description:
      'By the id of its key or by its account. What it attested stays to be read, and the public log tells of the decision. The same again changes nothing.',
    body: BODY,
    answers: [
      { status: 200, description: 'How the rebuilder stands now', content: { schema: strikeSchema } },
    ],
    errors: ['not_found'],
  },
  async handle(context, { registry, log }, caller) {
    const input = await readJson(context, BODY)
    const { changed, strike } = await registry.strikeRebuilder(caller, input)
    const facts = { rebuilder: strike.rebuilder, struck: strike.struck, token: caller.tokenId }
    if (changed) log.info(facts, 'rebuilder changed')
    return jsonAnswer(strike)
  },
}
