import { RequestError } from '../errors.ts'
import type { OpenedGuard } from '../license/guard.ts'
import type { LoadedModel, Log, Worker } from '../worker.ts'
import type { Admission } from './admission.ts'

/** What the server needs from outside. */
export interface ServerSources {
  readonly log: Log
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** A text that never repeats, for the ids of answers. */
  readonly randomId: () => string
  /** What decides whether a worker that is sold may serve; null for any other. */
  readonly license: OpenedGuard | null
}

/** Where a worker stands: only a ready one takes work. `since` is in milliseconds since 1970. */
export type WorkerState =
  | { readonly name: 'loading' }
  | { readonly name: 'ready'; readonly model: LoadedModel; readonly since: number }
  | { readonly name: 'stopping' }

/** What the addresses see of the server they belong to. */
export interface WorkerService {
  readonly worker: Worker
  readonly sources: ServerSources
  readonly admission: Admission
  readonly state: WorkerState
}

/** Why no work is taken in a state. */
export function unavailable(state: WorkerState): RequestError {
  return state.name === 'stopping'
    ? new RequestError('stopping', 'The worker was told to stop.')
    : new RequestError('model_loading', 'The model is still being loaded.', { retryAfter: 1 })
}
