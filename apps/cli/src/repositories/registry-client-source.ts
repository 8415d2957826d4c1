import { setTimeout as sleep } from 'node:timers/promises'
import type { RegistrySource } from '@rbee/package-repositories'
import { type ErrorCode, RbeeError, type WorkerId } from '@rbee/schema'
import { download } from '../hive/download.ts'
import type { RegistryConnection } from '../registry/connect.ts'

/** As many as a list answers. */
const PAGE_SIZE = 200
/** A limit is counted for a minute, so that it is over after this long at the latest. */
const PAUSE_MS = 20_000
const PAUSES_MAX = 6

interface Surroundings {
  readonly signal: AbortSignal
  /** Told of the bytes of archives as they arrive. */
  readonly onBytes: (count: number) => void
}

/** A registry that is asked over HTTP, however slowly it wants to be asked. */
export function registryClientSource(
  { url, client, fetchBytes }: Omit<RegistryConnection, 'fetch'>,
  { signal, onBytes }: Surroundings,
): RegistrySource {
  const patiently = <Answer>(ask: () => Promise<Answer>) => withPauses(ask, signal)
  return {
    url,
    async *workerPages() {
      let last: WorkerId | null = null
      let cursor: string | null = null
      do {
        const query: { limit: number; cursor?: string } = { limit: PAGE_SIZE }
        if (cursor !== null) query.cursor = cursor
        const list = await patiently(() => client.listWorkers(query))
        for (const { id } of list.workers) {
          // A list that does not go on would be read without end.
          if (last !== null && id <= last) throw unsorted(url)
          last = id
        }
        if (list.workers.length === 0 && list.next_cursor !== null) throw unsorted(url)
        yield { ids: list.workers.map(({ id }) => id), total: list.total }
        cursor = list.next_cursor
      } while (cursor !== null)
    },
    worker: (id) => unlessGone(patiently(() => client.getWorker(id))),
    versions: (id) => unlessGone(patiently(() => client.listVersions(id))),
    release: (id, version) => unlessGone(patiently(() => client.getRelease(id, version))),
    archive: ({ download_url, size }) =>
      download(addressOf(download_url, url), { fetch: fetchBytes, signal, onBytes, size }),
  }
}

/** Documents hold addresses from the server's root; the server itself may lie below a path of its host. */
function addressOf(address: string, registry: string): URL {
  return address.startsWith('/') ? new URL(`${registry}${address}`) : new URL(address)
}

async function withPauses<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (let pauses = 0; ; pauses += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!hasErrorCode(error, 'rate_limited') || pauses === PAUSES_MAX) throw error
      await sleep(PAUSE_MS, undefined, { signal })
    }
  }
}

/** Null for what was removed since it was listed. */
async function unlessGone<Answer>(asking: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asking
  } catch (error) {
    if (hasErrorCode(error, 'worker_not_found', 'release_not_found')) return null
    throw error
  }
}

function hasErrorCode(error: unknown, ...codes: readonly ErrorCode[]): boolean {
  return error instanceof RbeeError && codes.includes(error.code)
}

function unsorted(url: string): RbeeError {
  return new RbeeError('registry_invalid', `${url} answered with a list of workers that does not go on`)
}
