import type { ListEntry } from '@rbee/schema'
import type { ComposedWorker } from '../compose-worker.ts'
import { legacyWorkersOf } from '../legacy.ts'
import { summaryOf } from '../worker-document.ts'

/** What the list holds of a worker. */
export function composeEntry({ worker }: ComposedWorker): ListEntry {
  const legacy = legacyWorkersOf(worker).map((entry) => JSON.stringify(entry))
  return { summary: summaryOf(worker), legacy: legacy.join(',') }
}
