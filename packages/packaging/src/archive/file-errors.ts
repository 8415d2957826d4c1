import { hasCode, RbeeError } from '@rbee/schema'

/** Turns a full disk into `disk_full`; any other error is given back as it is. */
export function translateFileError(error: unknown, place: string): unknown {
  if (!hasCode(error, 'ENOSPC') && !hasCode(error, 'EDQUOT')) return error
  return new RbeeError('disk_full', `the disk that holds ${place} is full`, {
    next: 'free some space and try again',
    cause: error,
  })
}

/** Fails with `interrupted` once the signal was given. */
export function throwIfInterrupted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new RbeeError('interrupted', 'interrupted')
}
