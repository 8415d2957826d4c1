import { type Dependents, type WorkerId, workerDocumentSchema } from '@rbee/schema'
import { inGroups } from '../documents/in-groups.ts'
import { readJson } from '../documents/json-bytes.ts'
import type { DependentRow } from '../ports/worker-needs.ts'
import { decodeCursor, encodeCursor } from '../reader/cursor.ts'
import type { RegistryPorts } from '../registry.ts'

const READ_AT_ONCE = 16

/** One page of the workers that need a worker. Fails with `invalid_cursor`. */
export async function listDependents(
  ports: Pick<RegistryPorts, 'database' | 'documents'>,
  worker: WorkerId,
  limit: number,
  cursor: string | null,
): Promise<Dependents> {
  const after = cursor === null ? null : decodeCursor(cursor)
  const { dependents, total } = await ports.database.listDependents(worker, limit + 1, after)
  const page = dependents.slice(0, limit)
  const last = page.at(-1)
  return {
    worker,
    dependents: (await inGroups(page, READ_AT_ONCE, (row) => described(ports, row))).flat(),
    total,
    next_cursor: last === undefined || dependents.length <= limit ? null : encodeCursor(last.worker),
  }
}

/** None where it is gone since the row was read. */
async function described(
  { documents }: Pick<RegistryPorts, 'documents'>,
  { worker, kinds }: DependentRow,
): Promise<Dependents['dependents']> {
  const document = await documents.get({ kind: 'worker', id: worker })
  if (document === null) return []
  const { id, name, description, version, url } = workerDocumentSchema.parse(readJson(document.body))
  return [{ id, name, description, version, kinds: [...kinds], url }]
}
