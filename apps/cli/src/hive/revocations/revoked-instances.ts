import { RbeeError, type Revocation } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild, InstalledWorker } from '../installed.ts'
import type { Instance } from '../instances.ts'
import { type KeptList, readKeptList, revocationOf } from './kept-list.ts'

/** Why instances run what they may not, by their names, as far as the lists tell that are kept here. Asks nobody. */
export async function revokedInstances(
  home: HiveHome,
  installed: readonly InstalledWorker[],
  instances: readonly Instance[],
): Promise<ReadonlyMap<string, Revocation>> {
  const lists = new Map<string, Promise<KeptList | null>>()
  const found = new Map<string, Revocation>()
  for (const instance of instances) {
    const build = runningBuild(installed, instance)
    if (build === null) continue
    const reading = lists.get(build.registry) ?? readOrNull(home, build.registry)
    lists.set(build.registry, reading)
    const list = await reading
    const revocation = list && revocationOf(list.list, { id: instance.id, ...build })
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

/** A damaged list says nothing; it is replaced when a worker is started. */
async function readOrNull(home: HiveHome, registry: string): Promise<KeptList | null> {
  try {
    return await readKeptList(home, registry)
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'state_damaged') return null
    throw error
  }
}
