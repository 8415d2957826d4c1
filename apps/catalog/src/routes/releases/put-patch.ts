import { digestOf, PATCH_MAX_BYTES, patchDocumentSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import {
  ARTIFACT_PLATFORM,
  ARTIFACT_VARIANT,
  PATCH_FROM,
  pathParameter,
  VERSION,
  WORKER_ID,
} from '../../http/parameters.ts'
import { statedLength } from '../../http/stated-length.ts'

const content = { schema: patchDocumentSchema }

export const putPatch: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'putPatch',
    tag: 'Publishing',
    summary: 'Add a patch of an artifact',
    description:
      'What turns the archive of an earlier release, named by its digest, into that of this artifact. It is no part of the release, and may come at any time after it; clients check the digest of what they make with it. The address of its bytes then stands in the document of the release.',
    parameters: [WORKER_ID, VERSION, ARTIFACT_PLATFORM, ARTIFACT_VARIANT, PATCH_FROM],
    body: {
      mediaType: 'application/octet-stream',
      description: 'The patch',
      maxBytes: PATCH_MAX_BYTES,
    },
    answers: [
      { status: 201, description: 'The patch was added', content },
      { status: 200, description: 'There is one already, which stays', content },
    ],
    errors: [
      'invalid_id',
      'invalid_version',
      'invalid_platform',
      'invalid_variant',
      'invalid_digest',
      'worker_not_found',
      'release_not_found',
      'no_artifact',
      'quarantined',
      'patch_invalid',
      'length_required',
      'body_too_large',
      'size_mismatch',
    ],
  },
  async handle(context, services, caller) {
    const name = {
      id: pathParameter(context, WORKER_ID),
      version: pathParameter(context, VERSION),
      platform: pathParameter(context, ARTIFACT_PLATFORM),
      variant: pathParameter(context, ARTIFACT_VARIANT),
      from: digestOf(pathParameter(context, PATCH_FROM)),
    }
    const size = statedLength(context, 'A patch', PATCH_MAX_BYTES)
    const body = context.req.raw.body ?? new Blob([]).stream()
    const { created, patch } = await services.registry.putPatch(caller, name, body, size)
    const { id, version, from } = name
    if (created) services.log.info({ worker: id, version, from, size, token: caller.tokenId }, 'patch added')
    return jsonAnswer(patch, created ? 201 : 200)
  },
}
