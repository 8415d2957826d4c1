import { Buffer } from 'node:buffer'
import type { LogEntry } from '@rbee/schema'
import { type LogSource, parseEntry, readCheckpoint, replayLog } from '@rbee/transparency-log'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { expectedKey } from './expected-key.ts'

/** An entry with its place. */
export interface ShownEntry {
  readonly index: number
  /** Null for a kind of entry that this version does not know. */
  readonly entry: LogEntry | null
}

export interface ShownLog {
  readonly registry: string
  readonly size: number
  /** Base64, as in the checkpoint. */
  readonly root: string
  readonly entries: readonly ShownEntry[]
}

/**
 * The entries of a registry's log, or those about one worker, after checking that they are the ones that are signed. Fails
 * as `replayLog` does.
 */
export async function showLog(
  context: Pick<CommandContext, 'env' | 'signal' | 'terminal'>,
  registry: string,
  { worker, key }: { readonly worker: string | null; readonly key: string | null },
): Promise<ShownLog> {
  const { url, client } = await connectRegistry(context, registry)
  const source: LogSource = (path, maxBytes) => client.logFile(path, maxBytes)
  const verifier = await expectedKey(context, source, key, null)
  const checkpoint = await readCheckpoint(source, verifier)
  const bar = context.terminal.progress({ label: 'reading the log', total: checkpoint.size, unit: 'items' })
  const entries: ShownEntry[] = []
  await replayLog(source, checkpoint, {
    known: null,
    onEntry(index, bytes) {
      const entry = parseEntry(bytes)
      if (worker === null || entry?.worker === worker) entries.push({ index, entry })
      bar.advance(1)
    },
  })
  bar.done()
  return {
    registry: url,
    size: checkpoint.size,
    root: Buffer.from(checkpoint.root).toString('base64'),
    entries,
  }
}
