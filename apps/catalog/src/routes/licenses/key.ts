import { licenseKeySchema, RbeeError } from '@rbee/schema'
import type { PublicEndpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'

export const getLicenseKey: PublicEndpoint = {
  operation: {
    id: 'getLicenseKey',
    tag: 'Licences',
    summary: 'Get the key that licences are signed with',
    description:
      'Ed25519, in base64url. With it a licence is checked without the server; whether it was revoked only the server knows.',
    answers: [{ status: 200, description: 'The key', content: { schema: licenseKeySchema } }],
    errors: ['license_unavailable'],
  },
  handle(_context, { registry }) {
    if (registry.licenseKey === null) {
      throw new RbeeError('license_unavailable', 'This server issues no licences')
    }
    return taggedAnswer(JSON.stringify(registry.licenseKey), JSON_TYPE)
  },
}
