import type { WorkerId } from '@rbee/schema'
import { workerTarget } from '@rbee/trust'
import { inGroups } from '../documents/in-groups.ts'
import type { RegistryPorts } from '../registry.ts'

const READS_AT_ONCE = 16

/** Lists the workers' documents as they are stored now in the signed metadata. Fails with `signing_failed`. */
export async function signWorkers(
  { metadata, documents }: Pick<RegistryPorts, 'metadata' | 'documents'>,
  workers: readonly WorkerId[],
): Promise<void> {
  if (metadata === undefined || workers.length === 0) return
  await metadata.update(async () => {
    const indexes = await inGroups(workers, READS_AT_ONCE, (id) =>
      documents.get({ kind: 'worker-index', id }),
    )
    return new Map(workers.map((id, at) => [workerTarget(id), indexes[at]?.body ?? null]))
  })
}
