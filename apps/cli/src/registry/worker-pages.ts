import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type WorkerId, type WorkerList } from '@rbee/schema'

/** As many as a list answers. */
const PAGE_SIZE = 200

/**
 * All workers of a registry, a page at a time. Fails as `list` does, and with `registry_invalid` for a list that does not go
 * on from page to page: it would be read without end.
 *
 * @param url of the registry, for the error.
 */
export async function* workerPages(
  list: RegistryClient['listWorkers'],
  url: string,
): AsyncGenerator<WorkerList> {
  let last: WorkerId | null = null
  let cursor: string | null = null
  do {
    const page: WorkerList = await list({ limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) })
    for (const { id } of page.workers) {
      if (last !== null && id <= last) throw endless(url)
      last = id
    }
    if (page.workers.length === 0 && page.next_cursor !== null) throw endless(url)
    yield page
    cursor = page.next_cursor
  } while (cursor !== null)
}

function endless(url: string): RbeeError {
  return new RbeeError('registry_invalid', `${url} answered with a list of workers that does not go on`, {
    next: 'tell the operator of the registry; nothing was changed',
  })
}
