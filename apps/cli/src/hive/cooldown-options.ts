import { versionSchema } from '@rbee/schema'
import type { Cooldown } from './cooldown.ts'
import type { HiveHome } from './home.ts'
import { surveyWorker } from './installed.ts'

/** Null where the age of releases does not matter: with `--now`, or a cooldown of 0. */
export function cooldownOf(
  { cooldown, now }: { readonly cooldown: number; readonly now: boolean },
  home: HiveHome,
  { clock }: { readonly clock: () => number },
): Cooldown | null {
  if (now || cooldown === 0) return null
  return {
    ageMs: cooldown,
    clock,
    async installed(worker) {
      const [known] = (await surveyWorker(home, worker)).sound
      return known === undefined ? null : versionSchema.parse(known.active.version)
    },
  }
}
