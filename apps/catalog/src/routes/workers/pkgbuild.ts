import type { Endpoint } from '../../endpoint.ts'
import { ADDRESS } from '../../http/parameters.ts'
import { workerDocumentAnswer } from './addressed.ts'

/** Serves `/v1/workers/:id/pkgbuild` and the address that older clients know, `/workers/:id/PKGBUILD`. */
export const getPkgbuild: Endpoint = {
  operation: {
    id: 'getPkgbuild',
    tag: 'Workers',
    summary: "Get a worker's PKGBUILD",
    description: 'Byte for byte as it lies in the folder of the worker.',
    parameters: [ADDRESS],
    answers: [{ status: 200, description: 'The PKGBUILD', content: { mediaType: 'text/plain' } }],
    errors: ['invalid_id', 'worker_not_found', 'no_pkgbuild'],
  },
  handle: (context, services) =>
    workerDocumentAnswer(context, services, (id) => ({ kind: 'pkgbuild', id }), 'no_pkgbuild'),
}
