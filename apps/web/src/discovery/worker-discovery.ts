import type { WorkerDocument } from '@rbee/schema'
import type { Page } from '../route.ts'
import { softwareApplication } from './software-application.ts'

/** By what other sites and programs know a worker's page. @param linked as {@link softwareApplication} has it. */
export function workerDiscovery(
  worker: WorkerDocument,
  registry: string,
  linked: boolean,
): Pick<Page, 'head' | 'feeds' | 'picture'> {
  return {
    feeds: [{ title: `Releases of ${worker.name}`, path: `/feeds/worker/${worker.id}.atom` }],
    picture: { path: `/og/${worker.id}.png`, text: `${worker.name} ${worker.version}` },
    head: softwareApplication(worker, registry, linked),
  }
}
