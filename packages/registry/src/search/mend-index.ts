import type { WorkerId } from '@rbee/schema'
import type { RegistryPorts } from '../registry.ts'
import { judgeAnew, updateIndex } from './update-index.ts'

/** Workers that are indexed before it is asked for more. */
const AT_ONCE = 500

/**
 * Indexes workers that are not: those whose words were thrown away because they were damaged, or whose rows somebody deleted. What
 * is interrupted goes on with the next call.
 *
 * @param isThorough whether to look for single workers where nothing says that any is missing.
 * @returns how many were looked at.
 */
export async function mendIndex(
  ports: Pick<RegistryPorts, 'database' | 'documents' | 'clock' | 'inTurn' | 'onIndexed'>,
  isThorough: boolean,
): Promise<number> {
  const { database } = ports
  const wasLost = await database.isIndexLost()
  if (!isThorough && !wasLost) return 0
  let count = 0
  for await (const workers of lists((after) => database.listUnindexed(after, AT_ONCE))) {
    // Said before anything is written: a call that is interrupted leaves no other trace.
    if (count === 0) await database.markIndexLost(true)
    await updateIndex(ports, workers)
    count += workers.length
  }
  if (wasLost) {
    // Whoever was interrupted may have written workers without looking at those that look alike.
    for await (const workers of lists((after) => database.listIndexedWorkers(after, AT_ONCE))) {
      if (await judgeAnew(ports, workers)) ports.onIndexed?.()
    }
  }
  if (wasLost || count > 0) await database.markIndexLost(false)
  return count
}

async function* lists(next: (after: WorkerId | null) => Promise<WorkerId[]>): AsyncGenerator<WorkerId[]> {
  let after: WorkerId | null = null
  for (;;) {
    const workers: WorkerId[] = await next(after)
    after = workers.at(-1) ?? null
    if (after === null) return
    yield workers
  }
}
