import type { Log } from '../log.ts'

/**
 * Does `offer` when it is first called, so that the start does not wait for it. A failure is logged, and what is offered
 * already stays; the next call tries again.
 */
export function ownPrograms(offer: () => Promise<void>, log: Log): () => Promise<void> {
  let offered: Promise<void> | null = null
  return () => {
    offered ??= offer().catch((error: unknown) => {
      log.error({ error }, 'the programs could not be built for installation')
      offered = null
    })
    return offered
  }
}
