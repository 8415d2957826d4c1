import { RbeeError, type WorkerIndex, workerIndexSchema } from '@rbee/schema'

/** Reads what is signed of a worker. Fails with `metadata_invalid`. */
export function parseIndex(bytes: Uint8Array): WorkerIndex {
  try {
    return workerIndexSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)))
  } catch (cause) {
    throw new RbeeError('metadata_invalid', 'What is signed of the worker is malformed', { cause })
  }
}
