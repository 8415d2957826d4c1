import type { HiveHome } from './home.ts'
import {
  forgetInstance,
  type Instance,
  type InstanceRecord,
  readInstance,
  SUPERVISION_VARIABLE,
  surveyInstances,
} from './instances.ts'
import { endGroup, processesMarked } from './process-group.ts'
import { processIdentity } from './process-identity.ts'

const GRACE_MS = 5_000

/**
 * The process groups that a killed supervisor left running, by number. The marker is of that supervisor alone, so a worker
 * that was started since is none of them.
 */
export async function leftoversOf({ processes, supervisor }: InstanceRecord): Promise<number[]> {
  const groups = new Set(await processesMarked(`${SUPERVISION_VARIABLE}=${supervisor.marker}`))
  for (const { pid, identity } of processes) if ((await processIdentity(pid)) === identity) groups.add(pid)
  return [...groups].toSorted((a, b) => a - b)
}

/**
 * Ends what belonged to a supervisor that is gone. Nobody can reach it any more, because the supervisor's port went
 * with it.
 *
 * @returns whether all of it ended by itself.
 */
export async function endLeftovers(record: InstanceRecord, graceMs = GRACE_MS): Promise<boolean> {
  const ended = (await leftoversOf(record)).map((group) => endGroup(group, graceMs, Date.now))
  return (await Promise.all(ended)).every((byItself) => byItself)
}

/**
 * Ends what a killed supervisor left under this name, and forgets it. An instance that is watched over stays.
 *
 * @returns whether all of it ended by itself.
 */
export async function clearLeftovers(home: HiveHome, name: string, graceMs?: number): Promise<boolean> {
  const found = await readInstance(home, name)
  if (found === null || found.supervised) return true
  const byItself = await endLeftovers(found.record, graceMs)
  await forgetInstance(home, found.record)
  return byItself
}

/** {@link clearLeftovers} for every instance of a worker. */
export async function clearLeftoversOfWorker(home: HiveHome, id: Instance['id']): Promise<void> {
  for (const { record, supervised } of (await surveyInstances(home)).sound) {
    if (!supervised && record.instance.id === id) await clearLeftovers(home, record.instance.name)
  }
}

/** What ends leftovers, and what starts the worker again, as a user would type it. */
export function cureOfLeftovers({ name, id }: Pick<Instance, 'name' | 'id'>): string {
  const run = name === id ? id : `${id} --name ${name}`
  return `clear that up with: rbee-hive stop ${name}, or start it again with: rbee-hive run ${run}`
}
