import type { DocumentKey } from '@rbee/registry'
import { type AliasDocument, type ErrorCode, RbeeError, type WorkerId } from '@rbee/schema'
import type { Context } from 'hono'
import { type Answer, documentAnswer } from '../../http/answer.ts'
import { ADDRESS, pathParameter } from '../../http/parameters.ts'
import type { Services } from '../../services.ts'

/** The worker, and the variant where the address is one's, that the path names; fails with `worker_not_found`. */
export async function addressedWorker(context: Context, { reader }: Services): Promise<AliasDocument> {
  const address = pathParameter(context, ADDRESS)
  const target = await reader.resolve(address)
  if (target) return target
  throw new RbeeError('worker_not_found', `No worker has the address "${address}"`, {
    next: 'see all workers at /v1/workers',
  })
}

/** One document of the addressed worker as it is stored; `missing` is the code where the worker has none. */
export async function workerDocumentAnswer(
  context: Context,
  services: Services,
  keyOf: (id: WorkerId) => DocumentKey,
  missing: ErrorCode,
): Promise<Answer> {
  const { worker } = await addressedWorker(context, services)
  const key = keyOf(worker)
  const document = await services.reader.document(key)
  if (document) return documentAnswer(key.kind, document)
  throw new RbeeError(missing, `The worker "${worker}" has no ${key.kind}`)
}
