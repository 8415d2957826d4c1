import { RbeeError, type WorkerId } from '@rbee/schema'
import type { Caller } from '../registry.ts'

/** Refuses everybody but operators with `forbidden`. */
export function assertOperator(caller: Caller): void {
  if (caller.scope === 'operator') return
  throw new RbeeError('forbidden', 'Only an operator token may do this', {
    next: 'Use a token made with: rbee-catalog token create --scope operator',
  })
}

/** Refuses a token that is limited to another worker with `forbidden`. */
export function assertWorkerInScope(caller: Caller, worker: WorkerId): void {
  if (caller.worker === null || caller.worker === worker) return
  throw new RbeeError('forbidden', `The token is limited to the worker "${caller.worker}"`, {
    next: `Ask an operator for a token made with: rbee-catalog token create --scope publish --worker ${worker}`,
  })
}

/** Refuses a token that a run of a trusted workflow was given, which publishes and does nothing else, with `forbidden`. */
export function assertMadeByHand(caller: Caller): void {
  if (caller.run === undefined) return
  throw new RbeeError('forbidden', 'A run of a trusted workflow may publish and nothing else', {
    next: "Use the publisher's own token",
  })
}
