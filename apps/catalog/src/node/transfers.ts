import type { Registry } from '@rbee/registry'
import type { Log } from '../log.ts'
import { moveTransfers } from '../upkeep.ts'

const INTERVAL_MS = 15_000

/** Hands over mails and carries out changes of owner in the background. */
export interface TransferJob {
  /** Begins a run soon: there is something to do. */
  wake(): void
  stop(): Promise<void>
}

export function startTransfers(registry: Registry, log: Log): TransferJob {
  let isWaiting = false
  let running = Promise.resolve()
  const wake = () => {
    if (isWaiting) return
    isWaiting = true
    running = running.then(() => {
      isWaiting = false
      return moveTransfers(registry, log)
    })
  }
  const timer = setInterval(wake, INTERVAL_MS)
  timer.unref()
  wake()
  return {
    wake,
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
