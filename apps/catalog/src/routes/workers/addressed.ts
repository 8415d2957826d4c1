import type { DocumentKey } from '@rbee/registry'
import { type AliasDocument, type ErrorCode, RbeeError, type WorkerId } from '@rbee/schema'
import type { Context } from 'hono'
import type { z } from 'zod'
import { type Answer, documentAnswer } from '../../http/answer.ts'
import type { Services } from '../../services.ts'

/**
 * The worker, and the variant where the address is one's, that the path names. Fails with `worker_not_found`, and with
 * `invalid_id` where the form is wrong.
 */
export function addressedWorker(context: Context, services: Services): Promise<AliasDocument> {
  return workerAt(context.req.param('id') ?? '', services)
}

/** The same for an address that stands elsewhere. */
export async function workerAt(address: string, { reader }: Services): Promise<AliasDocument> {
  const target = await reader.resolve(address)
  if (target) return target
  throw new RbeeError('worker_not_found', `No worker has the address "${address}"`, {
    next: 'see all workers at /v1/workers',
  })
}

/** What `schema` wants of a worker's document. Fails with `worker_not_found` where it is gone meanwhile. */
export async function parsedWorker<Schema extends z.ZodType>(
  { reader }: Services,
  worker: WorkerId,
  schema: Schema,
): Promise<z.output<Schema>> {
  const document = await reader.document({ kind: 'worker', id: worker })
  if (!document) throw new RbeeError('worker_not_found', `No worker has the address "${worker}"`)
  return schema.parse(JSON.parse(new TextDecoder().decode(document.body)))
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
