import { Buffer } from 'node:buffer'
import { type Hash, type KnownLog, parseTile } from '@rbee/transparency-log'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../../hive/atomic-json.ts'

const HASH_BYTES = 32

/** What the log was when it was last found in order. */
const stateSchema = z.object({
  format: z.literal('rbee-log-state/1'),
  registry: z.string(),
  /** The key of the log, as clients name it. */
  key: z.string(),
  size: z.int().nonnegative(),
  /** Base64, as in a checkpoint. */
  root: z.base64(),
  /** Hashes of all entries one after the other, in Base64: they tell what was changed in a log that has another past. */
  leaves: z.base64(),
})

export interface LogState {
  readonly registry: string
  readonly key: string
  readonly log: KnownLog
}

/** Null where the file does not exist. Fails with `state_damaged`. */
export async function readLogState(path: string): Promise<LogState | null> {
  const cure =
    'restore that file from a copy; without it a log that was changed since cannot be told from another'
  const state = await readJson(path, stateSchema, cure)
  if (state === null) return null
  const { registry, key, size, root, leaves } = state
  return {
    registry,
    key,
    log: { size, root: bytesOf(root), leaves: parseTile(bytesOf(leaves), size) },
  }
}

export async function writeLogState(path: string, { registry, key, log }: LogState): Promise<void> {
  const leaves = joined(log.leaves)
  const state: z.input<typeof stateSchema> = {
    format: 'rbee-log-state/1',
    registry,
    key,
    size: log.size,
    root: Buffer.from(log.root).toString('base64'),
    leaves: leaves.toString('base64'),
  }
  await writeJsonAtomically(path, state)
}

function joined(hashes: readonly Hash[]): Buffer {
  const bytes = Buffer.alloc(hashes.length * HASH_BYTES)
  for (const [at, hash] of hashes.entries()) bytes.set(hash, at * HASH_BYTES)
  return bytes
}

function bytesOf(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}
