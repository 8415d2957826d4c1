import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type WorkerId } from '@rbee/schema'
import { inOrder } from '../in-order.ts'
import type { GateSubject, UnreadableWorker } from './gate-result.ts'
import { reasonOf } from './write-files.ts'

/** Workers that are asked for at the same time. */
const AT_ONCE = 8
const PAGE = 200

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
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page = await client.listWorkers({ limit: PAGE, ...(cursor === '' ? {} : { cursor }) })
      subjects.total = page.total
      yield* inOrder(
        page.workers,
        AT_ONCE,
        ({ id }) => id,
        ({ id }) => subjectOf(client, origin, id),
      )
      cursor = page.next_cursor
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
