import type { Registry } from '@rbee/registry'
import type { Log } from '../log.ts'
import { upkeep } from '../upkeep.ts'

const INTERVAL_MS = 5 * 60_000

/** Does the upkeep now and again until it is stopped; a run that is under way is waited for. */
export function startUpkeep(registry: Registry, log: Log): { stop(): Promise<void> } {
  let running = upkeep(registry, log)
  const timer = setInterval(() => {
    running = running.then(() => upkeep(registry, log))
  }, INTERVAL_MS)
  timer.unref()
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
