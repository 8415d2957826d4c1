import { assertWorkerInScope } from '@rbee/registry'
import { RbeeError, releaseDocumentSchema, releaseInputSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'
import { pathParameter, VERSION, WORKER_ID } from '../../http/parameters.ts'

/** README and changelog of 512 KiB characters each, in JSON, and 200 artifacts with their provenance. */
const BODY = { schema: releaseInputSchema, maxBytes: 8 * 2 ** 20 }

export const publishRelease: GuardedEndpoint = {
  scope: 'publish',
  operation: {
    id: 'publishRelease',
    tag: 'Publishing',
    summary: 'Publish a release',
    description:
      'Names archives that were uploaded before. The release appears complete, in one step, and never changes: the same request again answers 200, another release under the same version is a conflict.',
    parameters: [WORKER_ID, VERSION],
    body: BODY,
    answers: [
      { status: 201, description: 'The release appeared', content: { schema: releaseDocumentSchema } },
      { status: 200, description: 'It was there already', content: { schema: releaseDocumentSchema } },
    ],
    errors: [
      'invalid_id',
      'invalid_version',
      'artifact_not_stored',
      'version_conflict',
      'name_taken',
      'name_reserved',
      'name_too_similar',
      'provenance_required',
      'provenance_invalid',
      'provenance_wrong_subject',
      'provenance_key_unknown',
      'provenance_key_revoked',
    ],
  },
  async handle(context, services, caller) {
    const id = pathParameter(context, WORKER_ID)
    assertWorkerInScope(caller, id)
    const version = pathParameter(context, VERSION)
    const input = await readJson(context, BODY)
    if (input.version !== version) {
      throw new RbeeError(
        'invalid_body',
        `The body is of version ${input.version}, the address of ${version}`,
      )
    }
    const { created, release } = await services.registry.publishRelease(caller, id, input)
    if (created) services.log.info({ worker: id, version, token: caller.tokenId }, 'release published')
    return jsonAnswer(release, created ? 201 : 200, { Location: `/v1/workers/${id}/${version}` })
  },
}
