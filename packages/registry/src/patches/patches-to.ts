import type { Sha256, Version, WorkerId } from '@rbee/schema'
import type { RegistryPorts } from '../registry.ts'

/** Workers whose rows are read in one call. */
const WORKERS_PER_QUERY = 50

interface NamedRelease {
  readonly worker: WorkerId
  readonly version: Version
}

/** Reads which patches make releases of these workers. @returns their SHA-256 sums, of each release that is asked for. */
export async function patchesTo(
  database: Pick<RegistryPorts['database'], 'getWorkers'>,
  releases: readonly NamedRelease[],
): Promise<(release: NamedRelease) => Sha256[]> {
  const workers = [...new Set(releases.map(({ worker }) => worker))]
  const found = new Map<string, Sha256[]>()
  for (let start = 0; start < workers.length; start += WORKERS_PER_QUERY) {
    const records = await database.getWorkers(workers.slice(start, start + WORKERS_PER_QUERY))
    for (const [worker, { patches = [] }] of records) {
      for (const { version, sha256 } of patches) {
        const name = `${worker}@${version}`
        found.set(name, [...(found.get(name) ?? []), sha256])
      }
    }
  }
  return ({ worker, version }) => found.get(`${worker}@${version}`) ?? []
}
