import { setTimeout as sleep } from 'node:timers/promises'
import type { RegistrySource } from '@rbee/package-repositories'
import { type ErrorCode, RbeeError } from '@rbee/schema'
import { download } from '../hive/download.ts'
import type { RegistryConnection } from '../registry/connect.ts'
import { workerPages } from '../registry/worker-pages.ts'

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
  { url, client, fetchBytes }: Pick<RegistryConnection, 'url' | 'client' | 'fetchBytes'>,
  { signal, onBytes }: Surroundings,
): RegistrySource {
  const patiently = <Answer>(ask: () => Promise<Answer>) => withPauses(ask, signal)
  return {
    url,
    async *workerPages() {
      const list: typeof client.listWorkers = (query) => patiently(() => client.listWorkers(query))
      for await (const { workers, total } of workerPages(list, url)) {
        yield { ids: workers.map(({ id }) => id), total }
      }
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
