import { RbeeError } from '@rbee/schema'
import type { Unavailable } from '../forward/failure.ts'
import type { Instance } from '../instances.ts'

/** Until a worker that is on its way up, or ends, is worth asking again. */
const START_SECONDS = 2
const STOP_SECONDS = 30

/**
 * What requests are told while no process of a worker serves.
 *
 * @param nextTryMs until it is started again; null when that is not decided yet.
 */
export function whyUnavailable(id: string, state: Instance['state'], nextTryMs: number | null): Unavailable {
  switch (state) {
    case 'running':
    case 'starting':
      return { failure: new RbeeError('not_ready', `${id} is starting`), retryAfterSeconds: START_SECONDS }
    case 'stopping':
      return {
        failure: new RbeeError('not_ready', `${id} is being stopped`),
        retryAfterSeconds: STOP_SECONDS,
      }
    case 'crashed': {
      const failure = new RbeeError('not_ready', `${id} has crashed and is started again`)
      return { failure, retryAfterSeconds: (nextTryMs ?? 1_000) / 1_000 }
    }
  }
}
