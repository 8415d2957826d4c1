import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type WorkerDocument } from '@rbee/schema'
import { html } from 'hono/html'
import { counted } from '../figures/figures.ts'
import type { Markup } from '../layout/markup.ts'

/** A worker that was downloaded more than its weeks before let expect. */
export interface RisingEntry {
  readonly worker: WorkerDocument
  /** Of the last seven days. */
  readonly downloads: number
}

/** Those that rise most and can be installed. What the registry counted may name workers that are gone or blocked since. */
export async function risingWorkers(api: RegistryClient, count: number): Promise<RisingEntry[]> {
  const { rising } = await api.statisticsOverview()
  const found = await Promise.all(
    rising.map(async ({ worker, downloads }) => ({ worker: await offeredWorker(api, worker), downloads })),
  )
  return found
    .flatMap(({ worker, downloads }) => (worker === null ? [] : [{ worker, downloads }]))
    .slice(0, count)
}

/** A worker of which the latest release can be installed, and that is not given up; null for others. */
async function offeredWorker(api: RegistryClient, id: string): Promise<WorkerDocument | null> {
  try {
    const worker = await api.getWorker(id)
    const { quarantined } = await api.getRelease(worker.id, worker.version)
    return worker.deprecated || quarantined !== null ? null : worker
  } catch (error) {
    if (error instanceof RbeeError && error.status === 404) return null
    throw error
  }
}

/** One of them in a list beside others. */
export function risingLine({ worker, downloads }: RisingEntry): Markup {
  return html`<li class="worker-line" data-worker="${worker.id}"><div class="row"><a href="/worker/${worker.id}" dir="auto">${worker.name}</a> <span class="soft small">${counted(downloads, 'download')} in 7 days</span></div><p dir="auto" class="soft small">${worker.description}</p><p class="fit small" data-fit hidden></p></li>`
}
