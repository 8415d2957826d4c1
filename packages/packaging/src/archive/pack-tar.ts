import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { type Digest, digestOf, RbeeError, sha256Schema } from '@rbee/schema'
import { type Pack, pack } from 'tar-stream'
import { quoteName } from './archive-rules.ts'
import type { PackEntry } from './source-folder.ts'

/**
 * The time that every entry carries, whatever the file's own: 1980-01-01T00:00:00Z. The earliest one that zip can state,
 * and GNU tar warns about earlier ones.
 */
const ENTRY_TIME = new Date(315_532_800_000)
const READ_BYTES = 1024 * 1024
const SMALL_BYTES = 128 * 1024

/**
 * Writes a tar archive whose bytes depend on the entries' names, contents and executable bits alone: no times, owners or
 * other modes, and the order is the entries'.
 *
 * Fails with `busy` when a file changes its size meanwhile, and with the reading's own error.
 */
export async function* packTar(entries: readonly PackEntry[]): AsyncGenerator<Uint8Array> {
  const tar = pack()
  const written = writeEntries(tar, entries)
  written.catch((error: Error) => tar.destroy(error))
  try {
    for await (const chunk of tar as AsyncIterable<Uint8Array>) yield chunk
  } catch (error) {
    // Writing knows more of why it failed than the stream that it tore down.
    await written
    throw error
  }
  await written
}

/**
 * Digest and size of the tar that {@link packTar} writes, without compressing anything: about a second per GiB. Fails with
 * the reason of `signal` when that is aborted.
 */
export async function digestTar(
  entries: readonly PackEntry[],
  signal?: AbortSignal,
): Promise<{ digest: Digest; unpackedSize: number }> {
  const hash = createHash('sha256')
  let unpackedSize = 0
  for await (const chunk of packTar(entries)) {
    signal?.throwIfAborted()
    hash.update(chunk)
    unpackedSize += chunk.length
  }
  return { digest: digestOf(sha256Schema.parse(hash.digest('hex'))), unpackedSize }
}

async function writeEntries(tar: Pack, entries: readonly PackEntry[]): Promise<void> {
  for (const entry of entries) {
    const header = {
      name: entry.name,
      type: entry.type,
      size: entry.size,
      mode: entry.executable ? 0o755 : 0o644,
      uid: 0,
      gid: 0,
      mtime: ENTRY_TIME,
    }
    const { source } = entry
    if (source === null) tar.entry(header)
    else if ('bytes' in source) tar.entry(header, Buffer.from(source.bytes))
    else await writeFile(tar, header, source.path)
  }
  tar.finalize()
}

async function writeFile(tar: Pack, header: Parameters<Pack['entry']>[0], path: string): Promise<void> {
  try {
    // Most files are small and many: a stream, and its buffer, for each takes several times as long.
    if ((header.size ?? 0) <= SMALL_BYTES) await writeSmallFile(tar, header, await readFile(path))
    else await pipeline(createReadStream(path, { highWaterMark: READ_BYTES }), tar.entry(header))
  } catch (cause) {
    if (cause instanceof Error && cause.message === 'Size mismatch') {
      throw new RbeeError('busy', `${quoteName(header.name)} changed while it was packed`, {
        next: 'pack when nothing else writes to the folder, such as another build',
        details: { entry: quoteName(header.name) },
        cause,
      })
    }
    throw cause
  }
}

/** Waits for whoever reads the archive, as a pipeline does. */
function writeSmallFile(tar: Pack, header: Parameters<Pack['entry']>[0], bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()))
    entry.once('error', reject).end(bytes)
  })
}
