import { createReadStream } from 'node:fs'
import { INDEXED_FILE_BYTES, INDEXED_FILES_MAX } from './frame-index.ts'
import type { PackEntry } from './source-folder.ts'

/**
 * Files from this size on have frames of their own whatever they are: a window has only 8 MiB, so that hardly anything of one
 * helps to compress the next.
 */
export const LARGE_FILE_BYTES = 16 * 2 ** 20
/** Of a file, which share of its samples another one may have for it to be compressed by itself. */
const ALIKE_SHARE = 0.05

/** Bytes that make a sample. */
const SAMPLE_BYTES = 32
/** One place in so many, chosen by the bytes that stand there, is a sample. */
const SAMPLED_ONE_IN = 256
const PRIME = 0x01000193

/**
 * The names of the files that get frames of their own, so that machines that have them need not fetch them. Builds of one
 * library for several processors are a third smaller (llama.cpp) when they are compressed together, so files of less
 * than 16 MiB that have much in common with another one do not.
 *
 * Fails with the reading's own error.
 */
export async function framedFiles(entries: readonly PackEntry[]): Promise<ReadonlySet<string>> {
  const worthIt = entries
    .filter(({ type, size }) => type === 'file' && size >= INDEXED_FILE_BYTES)
    .toSorted((a, b) => b.size - a.size)
    .slice(0, INDEXED_FILES_MAX)
  const large = worthIt.filter(({ size }) => size >= LARGE_FILE_BYTES)
  const unlike = await unlikeFiles(worthIt.filter(({ size }) => size < LARGE_FILE_BYTES))
  return new Set([...large, ...unlike].map(({ name }) => name))
}

/** Those that have little in common with any other one of them. */
async function unlikeFiles(files: readonly PackEntry[]): Promise<readonly PackEntry[]> {
  if (files.length < 2) return files
  const sampled: { readonly file: PackEntry; readonly samples: ReadonlySet<number> }[] = []
  const holders = new Map<number, number>()
  for (const file of files) {
    const samples = await samplesOf(file)
    sampled.push({ file, samples })
    for (const sample of samples) holders.set(sample, (holders.get(sample) ?? 0) + 1)
  }
  return sampled
    .filter(({ samples }) => {
      const common = [...samples].filter((sample) => (holders.get(sample) ?? 0) > 1)
      return common.length <= ALIKE_SHARE * samples.size
    })
    .map(({ file }) => file)
}

/**
 * Hashes of some stretches of a file, wherever they stand: a sum that rolls over the last {@link SAMPLE_BYTES} bytes
 * chooses them (M. O. Rabin, 1981, as in rsync).
 */
async function samplesOf({ source }: PackEntry): Promise<ReadonlySet<number>> {
  const samples = new Set<number>()
  const last = new Uint8Array(SAMPLE_BYTES)
  const leaving = power(PRIME, SAMPLE_BYTES)
  let hash = 0
  let place = 0
  for await (const chunk of bytesOf(source)) {
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0
      hash = (Math.imul(hash, PRIME) + byte - Math.imul(leaving, last[place] ?? 0)) | 0
      last[place] = byte
      place = (place + 1) % SAMPLE_BYTES
      if ((hash >>> 8) % SAMPLED_ONE_IN === 0) samples.add(hash)
    }
  }
  return samples
}

async function* bytesOf(source: PackEntry['source']): AsyncGenerator<Uint8Array> {
  if (source === null) return
  if ('bytes' in source) yield source.bytes
  else yield* createReadStream(source.path, { highWaterMark: 2 ** 20 })
}

/** Modulo 2^32. */
function power(base: number, exponent: number): number {
  let result = 1
  for (let count = 0; count < exponent; count += 1) result = Math.imul(result, base)
  return result
}
