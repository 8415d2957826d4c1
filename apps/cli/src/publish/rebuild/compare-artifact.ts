import { type FileHandle, open } from 'node:fs/promises'
import type { PackEntry } from '@rbee/packaging'

/** What one side has under a name. */
export interface FileFacts {
  readonly type: 'file' | 'directory'
  /** In bytes. */
  readonly size: number
  readonly executable: boolean
}

export type Difference =
  | { readonly kind: 'only_published'; readonly name: string; readonly published: FileFacts }
  | { readonly kind: 'only_rebuilt'; readonly name: string; readonly rebuilt: FileFacts }
  | {
      readonly kind: 'changed'
      readonly name: string
      readonly published: FileFacts
      readonly rebuilt: FileFacts
      /** Of the first byte that is another one, or that only one side has; null where the bytes are the same. */
      readonly first_difference: number | null
    }

/** What tells two artifacts apart. */
export interface Comparison {
  /** How many names differ. */
  readonly total: number
  /** The first of them, by name. */
  readonly files: readonly Difference[]
  /** Whether all files are the same, so that only the archives around them differ: in the order, or in what headers say. */
  readonly only_packing: boolean
}

/** A report is for reading. */
const MAX_REPORTED = 200

/** Compares the files of two artifacts. Fails with the reason of `signal` when that is aborted. */
export async function compareArtifacts(
  published: readonly PackEntry[],
  rebuilt: readonly PackEntry[],
  signal: AbortSignal,
): Promise<Comparison> {
  const before = byName(published)
  const after = byName(rebuilt)
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const files: Difference[] = []
  let total = 0
  for (const name of names) {
    signal.throwIfAborted()
    const difference = await differenceOf(name, before.get(name), after.get(name))
    if (difference === null) continue
    total += 1
    if (files.length < MAX_REPORTED) files.push(difference)
  }
  return { total, files, only_packing: total === 0 }
}

function byName(entries: readonly PackEntry[]): Map<string, PackEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]))
}

async function differenceOf(
  name: string,
  published: PackEntry | undefined,
  rebuilt: PackEntry | undefined,
): Promise<Difference | null> {
  if (published === undefined)
    return rebuilt === undefined ? null : { kind: 'only_rebuilt', name, rebuilt: factsOf(rebuilt) }
  if (rebuilt === undefined) return { kind: 'only_published', name, published: factsOf(published) }
  const first = await firstDifference(published, rebuilt)
  const same =
    first === null && published.type === rebuilt.type && published.executable === rebuilt.executable
  if (same) return null
  return {
    kind: 'changed',
    name,
    published: factsOf(published),
    rebuilt: factsOf(rebuilt),
    first_difference: first,
  }
}

function factsOf({ type, size, executable }: PackEntry): FileFacts {
  return { type, size, executable }
}

const PIECE_BYTES = 1024 * 1024

/** Reads both side by side, in bounded memory. */
async function firstDifference(a: PackEntry, b: PackEntry): Promise<number | null> {
  if (a.source === null || b.source === null) return null
  const [first, second] = [await openSource(a.source), await openSource(b.source)]
  try {
    for (let offset = 0; ; offset += PIECE_BYTES) {
      const [one, other] = await Promise.all([first.read(offset), second.read(offset)])
      if (!one.equals(other)) return offset + firstUnequal(one, other)
      if (one.length < PIECE_BYTES) return null
    }
  } finally {
    await first.close()
    await second.close()
  }
}

function firstUnequal(one: Buffer, other: Buffer): number {
  const common = Math.min(one.length, other.length)
  const index = one.subarray(0, common).findIndex((byte, place) => byte !== other[place])
  return index === -1 ? common : index
}

interface OpenSource {
  /** A whole piece from there on, or what is left. */
  read(offset: number): Promise<Buffer>
  close(): Promise<void>
}

async function openSource(source: NonNullable<PackEntry['source']>): Promise<OpenSource> {
  if ('bytes' in source) {
    const bytes = Buffer.from(source.bytes)
    return { read: async (offset) => bytes.subarray(offset, offset + PIECE_BYTES), close: async () => {} }
  }
  const file = await open(source.path)
  return { read: (offset) => readPiece(file, offset), close: () => file.close() }
}

async function readPiece(file: FileHandle, offset: number): Promise<Buffer> {
  const piece = Buffer.alloc(PIECE_BYTES)
  let length = 0
  while (length < PIECE_BYTES) {
    const { bytesRead } = await file.read(piece, length, PIECE_BYTES - length, offset + length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return piece.subarray(0, length)
}
