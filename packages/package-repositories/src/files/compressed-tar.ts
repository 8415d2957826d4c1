import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { type CompressionLevel, compressor } from '@rbee/packaging'
import { type Sha256, sha256Schema } from '@rbee/schema'
import { type Pack, pack } from 'tar-stream'

/** An entry of a tar archive that root owns. */
export interface TarEntry {
  /** A folder's ends with a slash. */
  readonly name: string
  /** Permissions, such as 0o644. */
  readonly mode: number
  /** In bytes; 0 for a folder. */
  readonly size: number
  /** Null for a folder. */
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array } | null
}

export interface CompressedTar {
  readonly size: number
  readonly sha256: Sha256
}

export interface CompressedTarOptions {
  /** Of every entry, in seconds since the epoch. */
  readonly time: number
  readonly level: CompressionLevel
  readonly signal?: AbortSignal
}

const READ_BYTES = 1024 * 1024
/** Every piece costs a round trip to the compressor's thread, and a database is made of headers and short texts. */
const PIECE_BYTES = 256 * 1024

/**
 * Writes entries as a `.tar.zst`, flushed to the disk. The same entries and time give the same bytes, as long as the same
 * release of zstd compresses them.
 */
export async function writeCompressedTar(
  path: string,
  entries: Iterable<TarEntry>,
  { time, level, signal }: CompressedTarOptions,
): Promise<CompressedTar> {
  const hash = createHash('sha256')
  let size = 0
  const handle = await open(path, 'w', 0o644)
  try {
    await pipeline(
      inLargePieces(tarOf(entries, time)),
      await compressor('tar.zst', level),
      async (chunks: AsyncIterable<Uint8Array>) => {
        for await (const chunk of chunks) {
          hash.update(chunk)
          size += chunk.length
          await handle.writeFile(chunk)
        }
      },
      { signal },
    )
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { size, sha256: sha256Schema.parse(hash.digest('hex')) }
}

async function* inLargePieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    waiting.push(chunk)
    size += chunk.length
    if (size < PIECE_BYTES) continue
    yield Buffer.concat(waiting)
    waiting = []
    size = 0
  }
  yield Buffer.concat(waiting)
}

async function* tarOf(entries: Iterable<TarEntry>, time: number): AsyncGenerator<Uint8Array> {
  const tar = pack()
  const written = writeEntries(tar, entries, new Date(time * 1000))
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

async function writeEntries(tar: Pack, entries: Iterable<TarEntry>, mtime: Date): Promise<void> {
  for (const { name, mode, size, source } of entries) {
    const header = { name, mode, mtime, uid: 0, gid: 0, uname: 'root', gname: 'root' }
    if (source === null) tar.entry({ ...header, type: 'directory' })
    else if ('bytes' in source) tar.entry({ ...header, type: 'file', size }, Buffer.from(source.bytes))
    else {
      const file = createReadStream(source.path, { highWaterMark: READ_BYTES })
      await pipeline(file, tar.entry({ ...header, type: 'file', size }))
    }
  }
  tar.finalize()
}
