import type { Revocation } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild, InstalledWorker } from '../installed.ts'
import type { Instance } from '../instances.ts'
import { revocationOf } from './kept-list.ts'
import { type Refreshed, readList } from './refresh-list.ts'

/** Why instances run what they may not, by their names, as far as the lists tell that are kept here. Asks nobody. */
export async function revokedInstances(
  home: HiveHome,
  installed: readonly InstalledWorker[],
  instances: readonly Instance[],
): Promise<ReadonlyMap<string, Revocation>> {
  const lists = new Map<string, Promise<Refreshed>>()
  const found = new Map<string, Revocation>()
  for (const instance of instances) {
    const build = runningBuild(installed, instance)
    if (build === null) continue
    const reading = lists.get(build.registry) ?? readList(home, build.registry)
    lists.set(build.registry, reading)
    const { kept } = await reading
    const revocation = kept && revocationOf(kept.list, { id: instance.id, ...build })
    if (revocation !== null) found.set(instance.name, revocation)
  }
  return found
}

/** Null for a build that is neither the active one of its worker nor the one before. */
function runningBuild(installed: readonly InstalledWorker[], { id, build }: Instance): InstalledBuild | null {
  const worker = installed.find((one) => one.id === id)
  const builds = [worker?.active, worker?.previous]
  return builds.find((one) => one?.build === build) ?? null
}
