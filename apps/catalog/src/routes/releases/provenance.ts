import { ENVELOPE_MEDIA_TYPE } from '@rbee/provenance'
import { envelopeSchema, RbeeError } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer } from '../../http/answer.ts'
import {
  ADDRESS,
  ARTIFACT_PLATFORM,
  ARTIFACT_VARIANT,
  pathParameter,
  VERSION,
} from '../../http/parameters.ts'
import { addressedWorker } from '../workers/addressed.ts'
import { artifactOf, releaseNotFound } from './addressed.ts'

export const getProvenance: Endpoint = {
  operation: {
    id: 'getProvenance',
    tag: 'Trust',
    summary: 'Get what the publisher signed about an artifact',
    description:
      'A DSSE envelope with an in-toto statement and SLSA provenance; its digest stands in the document of the release.',
    parameters: [ADDRESS, VERSION, ARTIFACT_PLATFORM, ARTIFACT_VARIANT],
    answers: [
      {
        status: 200,
        description: 'The envelope',
        content: { schema: envelopeSchema, mediaType: ENVELOPE_MEDIA_TYPE },
      },
    ],
    rateLimit: 'detail',
    errors: [
      'invalid_id',
      'invalid_version',
      'invalid_platform',
      'invalid_variant',
      'worker_not_found',
      'release_not_found',
      'provenance_not_found',
    ],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const version = pathParameter(context, VERSION)
    const platform = pathParameter(context, ARTIFACT_PLATFORM)
    const variant = pathParameter(context, ARTIFACT_VARIANT)
    const { worker } = await addressedWorker(context, services)
    const release = await services.reader.release(worker, version)
    if (!release) throw releaseNotFound(worker, version)
    const provenance = artifactOf(release, platform, variant)?.provenance
    const document =
      provenance && (await services.reader.document({ kind: 'provenance', sha256: provenance.sha256 }))
    if (document) return documentAnswer('provenance', document)
    throw new RbeeError(
      'provenance_not_found',
      `Nobody signed ${worker} ${version} for ${platform}/${variant}`,
    )
  },
}
