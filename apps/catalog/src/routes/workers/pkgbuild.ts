import type { Endpoint, Operation } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

const operation: Operation = {
  id: 'getPkgbuild',
  tag: 'Workers',
  summary: "Get a worker's PKGBUILD",
  description: 'Byte for byte as it lies in the folder of the worker.',
  parameters: [ADDRESS],
  answers: [{ status: 200, description: 'The PKGBUILD', content: { mediaType: 'text/plain' } }],
  rateLimit: 'pkgbuild',
  errors: ['invalid_id', 'worker_not_found', 'no_pkgbuild'],
}

export const getPkgbuild: Endpoint = {
  operation,
  dependsOn: 'documents',
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'pkgbuild', id }), 'no_pkgbuild'),
}

/** The same at the address that clients of earlier catalogs know. */
export const legacyPkgbuild: Endpoint = {
  ...getPkgbuild,
  operation: {
    ...operation,
    id: 'legacyGetPkgbuild',
    tag: 'Clients of earlier catalogs',
  },
}
