import { uploadStateSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { pathParameter, UPLOAD_ID } from '../../http/parameters.ts'

export const completeUpload: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'completeUpload',
    tag: 'Publishing',
    summary: 'Finish an upload',
    description:
      'Puts the parts together and checks size, SHA-256, the digest of the tar inside and the rules for archives. Only then the archive is stored.',
    parameters: [UPLOAD_ID],
    answers: [{ status: 200, description: 'The archive is stored', content: { schema: uploadStateSchema } }],
    errors: [
      'upload_not_found',
      'upload_expired',
      'upload_incomplete',
      'size_mismatch',
      'digest_mismatch',
      'archive_invalid',
      'archive_too_large',
    ],
  },
  async handle(context, services, caller) {
    return jsonAnswer(await services.registry.completeUpload(caller, pathParameter(context, UPLOAD_ID)))
  },
}
