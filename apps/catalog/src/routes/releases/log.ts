import { RbeeError, type WorkerLog, workerLogSchema } from '@rbee/schema'
import type { Endpoint } from '../../endpoint.ts'
import { JSON_TYPE, taggedAnswer } from '../../http/answer.ts'
import { ADDRESS, pathParameter, VERSION_OR_LATEST } from '../../http/parameters.ts'
import { addressedWorker } from '../workers/addressed.ts'
import { addressedVersion, releaseNotFound } from './addressed.ts'

export const getReleaseLog: Endpoint = {
  operation: {
    id: 'getReleaseLog',
    tag: 'Trust',
    summary: 'Where the transparency log tells of a release',
    description:
      'The entries about this release, with their places in the log: enough to prove that a release is logged, and with which bytes.',
    parameters: [ADDRESS, VERSION_OR_LATEST],
    answers: [{ status: 200, description: 'The entries', content: { schema: workerLogSchema } }],
    rateLimit: 'detail',
    errors: ['invalid_id', 'invalid_version', 'worker_not_found', 'release_not_found', 'log_unavailable'],
  },
  dependsOn: 'documents',
  async handle(context, services) {
    const asked = pathParameter(context, VERSION_OR_LATEST)
    const { worker } = await addressedWorker(context, services)
    const version = await addressedVersion(services.reader, worker, asked)
    const document = await services.reader.document({ kind: 'worker-log', id: worker })
    const all = document && workerLogSchema.parse(JSON.parse(new TextDecoder().decode(document.body)))
    const entries = all?.entries.filter((entry) => entry.version === version) ?? []
    if (entries.length > 0) {
      const log: WorkerLog = { worker, entries }
      return taggedAnswer(JSON.stringify(log), JSON_TYPE)
    }
    if ((await services.reader.document({ kind: 'release', id: worker, version })) === null) {
      throw releaseNotFound(worker, version)
    }
    throw new RbeeError(
      'log_unavailable',
      `Nothing of ${worker} ${version} was published, so that no log tells of it`,
    )
  },
}
