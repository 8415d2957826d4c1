import { createHash } from 'node:crypto'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { describeIssues, hasCode, RbeeError, tryParseJson } from '@rbee/schema'
import { parseRegistryUrl } from '../../registry/registry-url.ts'
import {
  type BundledFile,
  type BundleIndex,
  bundleIndexSchema,
  fileName,
  INDEX_MAX_BYTES,
  INDEX_NAME,
  SUM_NAME,
  sumText,
} from './bundle-index.ts'
import { END, HEADER_BYTES, headerOf, paddingOf, spaceOf, statedSize } from './container.ts'

const PIECE_BYTES = 2 ** 20

/** A bundle of which every byte was compared with its index. */
export interface Bundle {
  readonly path: string
  readonly index: BundleIndex
  /** Of the whole file, in bytes. */
  readonly size: number
  /** What lies at an address of the registry; null where nothing does. */
  find(address: string): BundledFile | null
  /** A part of a file; a piece is valid until the next one is asked for. */
  read(file: BundledFile, start: number, end: number): AsyncGenerator<Uint8Array>
  [Symbol.asyncDispose](): Promise<void>
}

export interface OpenBundleOptions {
  readonly signal: AbortSignal
  /** How much of the file was compared. */
  readonly onBytes?: (count: number, total: number) => void
}

/**
 * Opens a bundle and reads all of it once. Who made it is not known by that: what it holds is verified as what comes from a
 * registry is. Fails with `file_not_found`, `file_unreadable`, and with `bundle_invalid` where a single byte is another one than
 * the index asks for, or one is missing or too many.
 */
export async function openBundle(path: string, options: OpenBundleOptions): Promise<Bundle> {
  const file = await openFile(path)
  try {
    const { size } = await file.stat()
    const read = reader(file, path, size)
    const index = await readIndex(read, path)
    const places = placesOf(index, read.position())
    const end = places.end + END.length
    if (size !== end) throw invalid(path, `it has ${size} bytes, and ${end} are in its index`)
    const total = index.files.reduce((sum, one) => sum + one.size, 0)
    for (const one of index.files) await compareFile(read, one, path, total, options)
    await read.equals(END, 'has something behind its end')
    return bundleOf(file, path, index, size, places.starts)
  } catch (error) {
    await file.close()
    throw error
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    // Opening a pipe would wait for somebody to write.
    if (!(await stat(path)).isFile()) throw invalid(path, 'it is no file')
    return await open(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
      throw new RbeeError('file_not_found', `${path} does not exist`, {
        next: 'make one where there is a network: rbee-hive bundle create WORKER -o FILE',
        cause: error,
      })
    }
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error
    throw new RbeeError('file_unreadable', `${path} cannot be read (${error.code})`, { cause: error })
  }
}

/** Reads from the beginning to the end, and never beyond. */
function reader(file: FileHandle, path: string, size: number) {
  let position = 0
  const next = async (length: number): Promise<Buffer> => {
    if (length > size - position) throw invalid(path, 'it ends too early')
    const bytes = Buffer.alloc(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
      if (bytesRead === 0) throw invalid(path, 'it ends too early')
      filled += bytesRead
    }
    position += length
    return bytes
  }
  return {
    next,
    position: () => position,
    async equals(expected: Buffer, otherwise: string) {
      if (!expected.equals(await next(expected.length))) throw invalid(path, `it ${otherwise}`)
    },
  }
}
type Reader = ReturnType<typeof reader>

async function readIndex(read: Reader, path: string): Promise<BundleIndex> {
  const header = await read.next(HEADER_BYTES)
  const size = statedSize(header)
  if (size === null || size > INDEX_MAX_BYTES || !header.equals(headerOf(INDEX_NAME, size)))
    throw invalid(path, `it does not begin with ${INDEX_NAME}`)
  const text = await read.next(size)
  await read.equals(paddingOf(size), `has something behind ${INDEX_NAME}`)
  const sum = sumText(text)
  await read.equals(headerOf(SUM_NAME, sum.length), `has no ${SUM_NAME} where it belongs`)
  await read.equals(sum, 'has another index than it was made with')
  await read.equals(paddingOf(sum.length), `has something behind ${SUM_NAME}`)
  const parsed = bundleIndexSchema.safeParse(tryParseJson(text.toString('utf8')))
  if (!parsed.success) throw invalid(path, describeIssues(parsed.error))
  assertRegistry(parsed.data.registry, path)
  return parsed.data
}

function assertRegistry(registry: string, path: string): void {
  try {
    if (parseRegistryUrl(registry) === registry) return
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
  }
  throw invalid(path, 'it names no registry')
}

/** Where each file begins, behind its header; and the end of the last one. */
function placesOf({ files }: BundleIndex, from: number) {
  const starts = new Map<BundledFile, number>()
  let end = from
  for (const file of files) {
    starts.set(file, end + HEADER_BYTES)
    end += spaceOf(file.size)
  }
  return { starts, end }
}

async function compareFile(
  read: Reader,
  file: BundledFile,
  path: string,
  total: number,
  { signal, onBytes }: OpenBundleOptions,
): Promise<void> {
  const name = fileName(file)
  await read.equals(headerOf(name, file.size), `has something else where ${name} belongs`)
  const hash = createHash('sha256')
  for (let left = file.size; left > 0; ) {
    signal.throwIfAborted()
    const piece = await read.next(Math.min(left, PIECE_BYTES))
    hash.update(piece)
    left -= piece.length
    onBytes?.(piece.length, total)
  }
  if (hash.digest('hex') !== file.sha256) throw invalid(path, `${name} is damaged`)
  await read.equals(paddingOf(file.size), `has something behind ${name}`)
}

function bundleOf(
  file: FileHandle,
  path: string,
  index: BundleIndex,
  size: number,
  starts: ReadonlyMap<BundledFile, number>,
): Bundle {
  const found = new Map(index.files.flatMap((one) => one.addresses.map((address) => [address, one])))
  return {
    path,
    index,
    size,
    find: (address) => found.get(address) ?? null,
    async *read(one, start, end) {
      const first = starts.get(one)
      if (first === undefined) throw new Error('the file is one of another bundle')
      for (let position = start; position < end; ) {
        const bytes = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, end - position))
        const { bytesRead } = await file.read(bytes, 0, bytes.length, first + position)
        if (bytesRead === 0) throw invalid(path, 'it was cut while it was read')
        position += bytesRead
        yield bytes.subarray(0, bytesRead)
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}

function invalid(path: string, why: string): RbeeError {
  return new RbeeError('bundle_invalid', `${path} cannot be used as a bundle: ${why}`, {
    next: 'nothing was changed; copy it again, or make another one',
  })
}
