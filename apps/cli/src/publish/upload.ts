import { open } from 'node:fs/promises'
import type { CompressedArchive } from '@rbee/packaging'
import { type Digest, RbeeError, UPLOAD_PART_BYTES, type UploadState, uploadPartCount } from '@rbee/schema'
import type { Terminal } from '../program/terminal.ts'
import type { RegistryConnection } from '../registry/connect.ts'

export interface UploadSurroundings {
  readonly client: Pick<RegistryConnection['client'], 'openUpload' | 'putPart' | 'completeUpload'>
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

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
  const { client, terminal, signal } = surroundings
  const { format, sha256, size } = archive
  const state = await client.openUpload({ format, sha256, size, digest }, signal)
  if (state.upload_id === null) {
    terminal.info(`  ${label}  the registry has these bytes already`)
    return
  }
  const id = state.upload_id
  try {
    await sendMissingParts(archive, id, state, label, surroundings)
    await client.completeUpload(id, signal)
  } catch (error) {
    throw adviseToGoOn(error)
  }
}

async function sendMissingParts(
  { path, size }: CompressedArchive,
  id: string,
  state: UploadState,
  label: string,
  surroundings: UploadSurroundings,
): Promise<void> {
  if (state.part_size !== UPLOAD_PART_BYTES || state.parts !== uploadPartCount(size)) {
    throw new RbeeError('registry_invalid', `the registry wants ${size} bytes in ${state.parts} parts`)
  }
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
      const { bytesRead } = await file.read(bytes, 0, bytes.length, (part - 1) * state.part_size)
      if (bytesRead !== bytes.length) throw new Error(`${path} is shorter than when it was written`)
      await surroundings.client.putPart(id, part, bytes, surroundings.signal)
      bar.advance(bytes.length)
    }
    bar.done()
  } finally {
    await file.close()
  }
}

/** What was received stays with the registry, so a failure of the network costs little. */
function adviseToGoOn(error: unknown): unknown {
  if (!(error instanceof RbeeError) || error.code !== 'registry_unreachable') return error
  return new RbeeError(error.code, error.message, {
    next: 'run the same command again: only what is missing will be sent',
    details: error.details,
    cause: error,
  })
}
