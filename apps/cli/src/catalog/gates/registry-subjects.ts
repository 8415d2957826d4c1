import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type WorkerId } from '@rbee/schema'
import { workerPages } from '../../registry/worker-pages.ts'
import { inOrder } from '../in-order.ts'
import { type GateSubject, reasonOf, type UnreadableWorker } from './gate-result.ts'

/** Workers that are asked for at the same time. */
const AT_ONCE = 8

/** The workers of a registry, and how many there are. */
export interface Subjects {
  /** Null until it is known. */
  total: number | null
  readonly all: AsyncIterable<GateSubject | UnreadableWorker>
}

/**
 * Every worker that a registry lists, with its newest release. One that cannot be read is told of.
 *
 * Fails with `registry_unreachable` or `registry_invalid` where the list cannot be had, or the registry ceases to answer.
 */
export function registrySubjects(client: RegistryClient, origin: string): Subjects {
  const subjects: Subjects = { total: null, all: list() }
  return subjects

  async function* list() {
    for await (const { workers, total } of workerPages(client.listWorkers, origin)) {
      subjects.total = total
      yield* inOrder(
        workers,
        AT_ONCE,
        ({ id }) => id,
        ({ id }) => subjectOf(client, origin, id),
      )
    }
  }
}

/** One worker as the registry serves it. */
export async function subjectOf(
  client: RegistryClient,
  origin: string,
  id: WorkerId,
): Promise<GateSubject | UnreadableWorker> {
  try {
    const worker = await client.getWorker(id)
    const release = await client.getRelease(id, worker.version)
    return { worker, release, origin, served: true }
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code === 'registry_unreachable') throw error
    return { worker: id, reason: reasonOf(error) }
  }
}
