import { releaseDocumentSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { documentAnswer } from '../../http/answer.ts'
import { ADDRESS, pathParameter, VERSION_OR_LATEST } from '../../http/parameters.ts'
import { addressedWorker } from '../workers/addressed.ts'
import { addressedVersion, releaseNotFound } from './addressed.ts'

export const getRelease: Endpoint = {
  operation: {
    id: 'getRelease',
    tag: 'Workers',
    summary: 'Describe a release',
    description: 'All that is needed to choose an artifact for a machine and to check its bytes.',
    parameters: [ADDRESS, VERSION_OR_LATEST],
    answers: [{ status: 200, description: 'The release', content: { schema: releaseDocumentSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'invalid_version', 'worker_not_found', 'release_not_found'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const asked = pathParameter(context, VERSION_OR_LATEST)
    const { worker } = await addressedWorker(context, services)
    const version = await addressedVersion(services.reader, worker, asked)
    const document = await services.reader.document({ kind: 'release', id: worker, version })
    if (!document) throw releaseNotFound(worker, version)
    return documentAnswer('release', document)
  },
}
