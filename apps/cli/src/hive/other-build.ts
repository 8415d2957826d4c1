import type { InstalledWorker } from './installed.ts'
import type { Instance } from './instances.ts'

/** A running instance whose build is not the active one of its worker. */
export interface OtherBuild {
  readonly instance: Instance
  /** Such as `second runs 2.0.0 (cpu), while 1.0.0 (cpu) is active`. */
  readonly message: string
  /** The cure. */
  readonly next: string
}

/**
 * Those of the instances that run another build than the active one of their worker, as after an install of another build,
 * or after an update that was killed between two instances.
 */
export function findOtherBuilds(
  installed: readonly InstalledWorker[],
  instances: readonly Instance[],
): OtherBuild[] {
  const found: OtherBuild[] = []
  for (const instance of instances) {
    const active = installed.find(({ id }) => id === instance.id)?.active
    if (active === undefined || active.build === instance.build) continue
    const runs = `${instance.name} runs ${instance.version} (${instance.variant})`
    found.push({
      instance,
      message: `${runs}, while ${active.version} (${active.variant}) is active`,
      next: `bring every instance to one build with: rbee-hive update ${instance.id}`,
    })
  }
  return found
}
