import { contactInputSchema, contactSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

const BODY = { schema: contactInputSchema, maxBytes: 4 * 2 ** 10 }

export const getContact: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'getContact',
    tag: 'Tokens',
    summary: 'Where the holder of the token of the call is told of transfers',
    answers: [{ status: 200, description: 'The address, masked', content: { schema: contactSchema } }],
    errors: [],
  },
  async handle(_context, { registry }, caller) {
    return jsonAnswer(await registry.readContact(caller))
  },
}

export const putContact: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'putContact',
    tag: 'Tokens',
    summary: 'Change where the holder of the token of the call is told of transfers',
    description:
      'The address is never shown. The one before is told of the change, and for thirty days of everything else as well.',
    body: BODY,
    answers: [{ status: 200, description: 'The address, masked', content: { schema: contactSchema } }],
    errors: [],
  },
  async handle(context, { registry, log }, caller) {
    const { mail } = await readJson(context, BODY)
    const contact = await registry.changeContact(caller, mail)
    log.info({ token: caller.tokenId, mail: contact.mail }, 'contact changed')
    return jsonAnswer(contact)
  },
}
