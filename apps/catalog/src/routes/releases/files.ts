import { fileListSchema, RbeeError, sha256Of } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer } from '../../http/answer.ts'
import {
  ADDRESS,
  ARTIFACT_PLATFORM,
  ARTIFACT_VARIANT,
  pathParameter,
  VERSION_OR_LATEST,
} from '../../http/parameters.ts'
import { addressedWorker } from '../workers/addressed.ts'
import { addressedVersion, artifactOf, releaseNotFound } from './addressed.ts'

export const listFiles: Endpoint = {
  operation: {
    id: 'listFiles',
    tag: 'Workers',
    summary: 'List the files of an artifact',
    description:
      'What the archives of one build unpack to, with size and SHA-256 of each file; recorded when the archive is stored. The list of an archive with very many files ends before 8 MiB.',
    parameters: [ADDRESS, VERSION_OR_LATEST, ARTIFACT_PLATFORM, ARTIFACT_VARIANT],
    answers: [{ status: 200, description: 'The files', content: { schema: fileListSchema } }],
    rateLimit: 'detail',
    errors: [
      'invalid_id',
      'invalid_version',
      'invalid_platform',
      'invalid_variant',
      'worker_not_found',
      'release_not_found',
      'no_artifact',
      'no_file_list',
    ],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const asked = pathParameter(context, VERSION_OR_LATEST)
    const platform = pathParameter(context, ARTIFACT_PLATFORM)
    const variant = pathParameter(context, ARTIFACT_VARIANT)
    const { worker } = await addressedWorker(context, services)
    const version = await addressedVersion(services.reader, worker, asked)
    const release = await services.reader.release(worker, version)
    if (!release) throw releaseNotFound(worker, version)
    const artifact = artifactOf(release, platform, variant)
    const build = `${worker} ${version} for ${platform}/${variant}`
    if (artifact === undefined) throw new RbeeError('no_artifact', `There is no ${build}`)
    const document = await services.reader.document({ kind: 'file-list', sha256: sha256Of(artifact.digest) })
    if (document) return documentAnswer('file-list', document)
    throw new RbeeError('no_file_list', `The files of ${build} were not recorded`, {
      next: 'download the archive and look into it',
    })
  },
}
