import { open } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import type { CompressedArchive } from '@rbee/packaging'
import { type Digest, type ErrorCode, RbeeError, type UploadState } from '@rbee/schema'
import type { Terminal } from '../program/terminal.ts'
import type { RegistryConnection } from '../registry/connect.ts'

export interface UploadSurroundings {
  readonly client: RegistryConnection['client']
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

/** Failures that may pass: the same request again is harmless, because parts are replaced and completing is repeatable. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  'registry_unreachable',
  'storage_failed',
  'not_ready',
  'rate_limited',
])
const WAIT_BEFORE_RETRY_MS = [500, 2_000, 5_000]

/**
 * Sends an archive in parts, only those that the registry does not have yet, and lets it check the whole. When it is
 * interrupted, the same call goes on where it stopped.
 */
export async function uploadArchive(
  archive: CompressedArchive,
  digest: Digest,
  label: string,
  surroundings: UploadSurroundings,
): Promise<void> {
  const { client, terminal } = surroundings
  const { format, sha256, size } = archive
  const state = await withRetries(() => client.openUpload({ format, sha256, size, digest }), surroundings)
  if (state.upload_id === null) {
    terminal.info(`  ${label}  the registry has these bytes already`)
    return
  }
  const id = state.upload_id
  await sendMissingParts(archive, id, state, label, surroundings)
  await withRetries(() => client.completeUpload(id), surroundings)
}

async function sendMissingParts(
  { path, size }: CompressedArchive,
  id: string,
  state: UploadState,
  label: string,
  surroundings: UploadSurroundings,
): Promise<void> {
  const received = new Set(state.received_parts)
  const missing = Array.from({ length: state.parts }, (_, index) => index + 1).filter(
    (part) => !received.has(part),
  )
  const sizeOf = (part: number) => Math.min(state.part_size, size - (part - 1) * state.part_size)
  if (received.size > 0) {
    surroundings.terminal.info(`  ${label}  going on: ${received.size} of ${state.parts} parts are there`)
  }
  const bar = surroundings.terminal.progress({
    label,
    total: missing.reduce((total, part) => total + sizeOf(part), 0),
  })
  const file = await open(path)
  try {
    for (const part of missing) {
      const bytes = Buffer.alloc(sizeOf(part))
      await file.read(bytes, 0, bytes.length, (part - 1) * state.part_size)
      await withRetries(() => surroundings.client.putPart(id, part, bytes), surroundings)
      bar.advance(bytes.length)
    }
    bar.done()
  } finally {
    await file.close()
  }
}

async function withRetries<T>(call: () => Promise<T>, { signal, terminal }: UploadSurroundings): Promise<T> {
  for (const wait of WAIT_BEFORE_RETRY_MS) {
    signal.throwIfAborted()
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof RbeeError) || !PASSING.has(error.code)) throw error
      terminal.warn(`${error.message}; trying again in ${wait / 1000} s`)
      await setTimeout(wait, undefined, { signal })
    }
  }
  try {
    return await call()
  } catch (error) {
    if (!(error instanceof RbeeError) || !PASSING.has(error.code)) throw error
    throw new RbeeError(error.code, error.message, {
      next: 'run the same command again later: only what is missing will be sent',
      details: error.details,
      cause: error,
    })
  }
}
