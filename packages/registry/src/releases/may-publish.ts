import { RbeeError, type WorkerId } from '@rbee/schema'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertWorkerInScope } from '../tokens/scopes.ts'
import { assertMayPublish } from './worker-ownership.ts'

const REFUSALS: ReadonlySet<string> = new Set([
  'token_invalid',
  'token_missing',
  'token_expired',
  'forbidden',
])

/** Whether who shows a token may publish this worker. @param caller fails as `authenticate` does. */
export async function mayPublish(
  { database }: Pick<RegistryPorts, 'database'>,
  caller: () => Promise<Caller>,
  id: WorkerId,
): Promise<boolean> {
  try {
    const known = await caller()
    assertWorkerInScope(known, id)
    assertMayPublish(known, id, await database.getWorker(id))
    return true
  } catch (error) {
    if (error instanceof RbeeError && REFUSALS.has(error.code)) return false
    throw error
  }
}
