import type { WorkerId } from '@rbee/schema'
import type { BuildEvent } from './build-event.ts'
import { type OfferedWorker, offeredWorker } from './offers/offered-release.ts'
import type { RegistrySource } from './offers/registry-source.ts'

/** Documents that are asked for at the same time. */
const AT_ONCE = 8

/**
 * Asks a registry for everything that it offers, and hands each worker on as soon as it is known. Workers that have nothing
 * to offer are handed on as null.
 */
export async function surveyRegistry(
  source: RegistrySource,
  onWorker: (id: WorkerId, offered: OfferedWorker | null) => void,
  { signal, onEvent }: { readonly signal?: AbortSignal; readonly onEvent: (event: BuildEvent) => void },
): Promise<void> {
  let workers = 0
  for await (const page of source.workerPages()) {
    await surveyWorkers(source, page.ids, onWorker, signal)
    workers += page.ids.length
    onEvent({ kind: 'surveyed', workers, total: page.total })
  }
}

/** {@link surveyRegistry} for some workers. */
export async function surveyWorkers(
  source: RegistrySource,
  ids: readonly WorkerId[],
  onWorker: (id: WorkerId, offered: OfferedWorker | null) => void,
  signal?: AbortSignal,
): Promise<void> {
  const left = ids.values()
  const lane = async () => {
    for (const id of left) {
      signal?.throwIfAborted()
      onWorker(id, await offeredWorker(source, id))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}
