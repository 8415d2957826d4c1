import type { WorkerKeys } from '@rbee/schema'

/** What became of a call: `changed` is false where the keys were so already. */
export interface KeysChanged {
  readonly changed: boolean
  readonly keys: WorkerKeys
}
