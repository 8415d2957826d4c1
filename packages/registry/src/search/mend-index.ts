import type { WorkerId } from '@rbee/schema'
import type { RegistryPorts } from '../registry.ts'
import { updateIndex } from './update-index.ts'

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
  if (!isThorough && !(await database.isIndexLost())) return 0
  let count = 0
  let last: WorkerId | null = null
  for (;;) {
    const workers: WorkerId[] = await database.listUnindexed(last, AT_ONCE)
    last = workers.at(-1) ?? null
    if (last === null) break
    await updateIndex(ports, workers)
    count += workers.length
  }
  if (await database.isIndexLost()) await database.clearIndexLost()
  return count
}
