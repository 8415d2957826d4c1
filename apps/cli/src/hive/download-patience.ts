import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError } from '@rbee/schema'
import { NoRanges, Stall } from './request-bytes.ts'

const ATTEMPTS_WITHOUT_PROGRESS = 4
const FIRST_PAUSE_MS = 250
/** In a row, with less than 1 KiB each: whoever breaks off after every byte is not followed for months. */
const ATTEMPTS_WITH_SCRAPS = 16
const SCRAP_BYTES = 1024

/** How often a broken download is taken up again: as long as there is progress. */
export interface Patience {
  /**
   * Returns when it is to be tried again. Fails with `registry_unreachable` when it has failed too often, with the signal's
   * reason, and with an error that trying again does not cure.
   *
   * @param gained bytes that came before it failed
   */
  afterFailure(error: unknown, gained: number): Promise<void>
}

export function createPatience(url: URL, signal: AbortSignal): Patience {
  let failures = 0
  let scraps = 0
  return {
    async afterFailure(error, gained) {
      signal.throwIfAborted()
      if (error instanceof RbeeError || error instanceof NoRanges) throw error
      scraps = gained < SCRAP_BYTES ? scraps + 1 : 0
      failures = gained > 0 && !(error instanceof Stall) ? 1 : failures + 1
      if (failures >= ATTEMPTS_WITHOUT_PROGRESS || scraps >= ATTEMPTS_WITH_SCRAPS)
        throw unreachable(url, error)
      await sleep(FIRST_PAUSE_MS * 2 ** (failures - 1), undefined, { signal })
    },
  }
}

function unreachable(url: URL, cause: unknown): RbeeError {
  const why =
    cause instanceof Error
      ? cause.cause instanceof Error
        ? cause.cause.message
        : cause.message
      : String(cause)
  return new RbeeError('registry_unreachable', `${url.origin} broke off the download: ${why}`, {
    next: 'check the network and run the command again; nothing was changed',
    cause,
  })
}
