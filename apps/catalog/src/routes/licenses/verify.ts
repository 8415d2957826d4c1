import { licenseCheckSchema, licenseVerdictSchema } from '@rbee/schema'
import type { PublicEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

const BODY = { schema: licenseCheckSchema, maxBytes: 16 * 2 ** 10 }

export const verifyLicense: PublicEndpoint = {
  operation: {
    id: 'verifyLicense',
    tag: 'Licences',
    summary: 'Check a licence',
    description:
      'What the licence allows now. The token is neither repeated nor remembered, and of one that this server did not issue nothing is told but `reason`.',
    body: BODY,
    answers: [{ status: 200, description: 'What it allows', content: { schema: licenseVerdictSchema } }],
    errors: [],
    rateLimit: 'license',
  },
  async handle(context, { registry }) {
    const { token } = await readJson(context, BODY)
    return jsonAnswer(await registry.verifyLicense(token))
  },
}
