import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type ReleaseDocument, type WorkerDocument, type WorkerStatistics } from '@rbee/schema'

/** More stand side by side on no screen. */
export const COMPARED_MAX = 4

/** A worker with its latest release, as it is compared. */
export interface ComparedWorker {
  readonly worker: WorkerDocument
  readonly release: ReleaseDocument
  readonly statistics: WorkerStatistics
}

export interface ComparedWorkers {
  /** In the order of the address, each once. */
  readonly found: readonly ComparedWorker[]
  /** Names that no worker has, as they were written. */
  readonly unknown: readonly string[]
  /** Names that were left out, because there are too many. */
  readonly over: readonly string[]
}

/** Reads the workers that an address names; a name that leads nowhere keeps nobody from seeing the others. */
export async function comparedWorkers(
  api: RegistryClient,
  names: readonly string[],
): Promise<ComparedWorkers> {
  const wanted = [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))]
  const asked = wanted.slice(0, COMPARED_MAX)
  const read = await Promise.all(asked.map((name) => comparedWorker(api, name)))
  const found = read.filter((one) => one !== null)
  return {
    // Two names may lead to one worker.
    found: found.filter(
      ({ worker }, place) => found.findIndex((one) => one.worker.id === worker.id) === place,
    ),
    unknown: asked.filter((_, place) => read[place] === null),
    over: wanted.slice(COMPARED_MAX),
  }
}

async function comparedWorker(api: RegistryClient, name: string): Promise<ComparedWorker | null> {
  try {
    const worker = await api.getWorker(name)
    const [release, statistics] = await Promise.all([
      api.getRelease(worker.id, worker.version),
      api.workerStatistics(worker.id),
    ])
    return { worker, release, statistics }
  } catch (error) {
    if (error instanceof RbeeError && (error.code === 'worker_not_found' || error.code === 'invalid_id'))
      return null
    throw error
  }
}
