import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { type Digest, digestOf, RbeeError, sha256Schema } from '@rbee/schema'
import type { ByteSource } from '../base/byte-source.ts'
import { createByteWriter } from '../bytes/byte-writer.ts'
import { type Executable, writeExecutables } from '../executables/layout.ts'
import { pairExecutables } from '../executables/pair-executables.ts'
import { rebaseAll } from '../executables/rebase.ts'
import { LAYOUT_MAX_BYTES } from '../limits.ts'
import { anchorsMemory } from '../matching/anchors.ts'
import { findMatches } from '../matching/find-matches.ts'
import type { Match } from '../matching/match.ts'
import { applyPatch } from './apply-patch.ts'
import { canCompress, encodeBlock } from './block.ts'
import { encodeHeader, type PatchHeader } from './header.ts'
import { encodeSegments, type Segment, STREAMS } from './segments.ts'

/** By default, making a patch may take this much memory, in bytes: archives of about 800 MiB. */
export const PATCH_MEMORY_BYTES = 2 * 2 ** 30
/** By default, making a patch may take this long. */
export const PATCH_TIME_SECONDS = 120

/** What the zstd levels make of streams, in bytes per second, on a slow machine. */
const LEVELS = [
  { level: 19, bytesPerSecond: 1_000_000 },
  { level: 12, bytesPerSecond: 8_000_000 },
  { level: 6, bytesPerSecond: 40_000_000 },
  { level: 3, bytesPerSecond: 100_000_000 },
] as const
/** How much longer than the first comparison it takes to rewrite addresses and compare once more. */
const REBASING_FACTOR = 2
/** Matches, streams and what is compressed of them, in bytes. */
const WORKING_BYTES = 128 * 2 ** 20
/** Work between two looks at the clock, in steps. */
const STEPS_AT_ONCE = 16

export interface MakePatchOptions {
  /** In bytes; by default {@link PATCH_MEMORY_BYTES}. */
  readonly memory?: number
  /** By default {@link PATCH_TIME_SECONDS}. */
  readonly seconds?: number
  /** In milliseconds, from any begin. */
  readonly now: () => number
  readonly signal?: AbortSignal
}

export interface Patch {
  readonly bytes: Uint8Array
  readonly base: PatchHeader['base']
  readonly target: PatchHeader['target']
  /** The zstd level that fitted the time. */
  readonly level: number
  /** Whether there was time to rewrite the addresses of executables. */
  readonly rebased: boolean
}

/** Why there is no patch: the archives take more memory than was allowed, the time was over, or the runtime has no zstd. */
export type NoPatch = 'memory' | 'time' | 'runtime'

/**
 * Makes the patch that turns one uncompressed tar archive into another: the best one that can be made in the time. It was
 * tried before it is returned. Fails with the reason of `signal` when that is aborted.
 */
export async function makePatch(
  base: ByteSource,
  target: ByteSource,
  options: MakePatchOptions,
): Promise<Patch | NoPatch> {
  if (patchMemory(base.size, target.size) > (options.memory ?? PATCH_MEMORY_BYTES)) return 'memory'
  if (!canCompress()) return 'runtime'
  const clock = startClock(options)
  const baseBytes = await readAll(base)
  const targetBytes = await readAll(target)
  const header = {
    base: { digest: digest(baseBytes), size: base.size },
    target: { digest: digest(targetBytes), size: target.size },
  }
  const first = await clock.run(findMatches(baseBytes, targetBytes))
  if (first === null) return 'time'
  const { matches, executables } = await rebase(baseBytes, targetBytes, first, clock)
  const segments = Array.from(encodeSegments(baseBytes, targetBytes, matches), copy)
  const size = segments.reduce((sum, segment) => sum + sizeOf(segment), 0)
  const fitting = LEVELS.find(({ bytesPerSecond }) => size / bytesPerSecond <= clock.secondsLeft())
  if (fitting === undefined) return 'time'
  const { level } = fitting
  // Not as a Buffer, whose slice() is a view where everybody else's is a copy.
  const bytes = new Uint8Array(
    Buffer.concat(await encode(header, executables, segments, level, options.signal)),
  )
  await tryOut(base, bytes, header, options.signal)
  return { bytes, ...header, level, rebased: executables.length > 0 }
}

/** Memory that making a patch takes, in bytes. */
export function patchMemory(baseSize: number, targetSize: number): number {
  return baseSize + targetSize + anchorsMemory(baseSize) + WORKING_BYTES
}

interface Clock {
  /** In seconds. */
  elapsed(): number
  secondsLeft(): number
  /** Runs work to its end, or until the time is over: null. */
  run<T>(work: Generator<void, T>): Promise<T | null>
}

function startClock({ seconds = PATCH_TIME_SECONDS, now, signal }: MakePatchOptions): Clock {
  const started = now()
  const elapsed = () => (now() - started) / 1000
  return {
    elapsed,
    secondsLeft: () => seconds - elapsed(),
    async run(work) {
      for (let step = 1; ; step += 1) {
        const result = work.next()
        if (result.done) return result.value
        if (step % STEPS_AT_ONCE > 0) continue
        signal?.throwIfAborted()
        if (elapsed() > seconds) return null
        // Others, such as who handles an interruption, have their turn.
        await setImmediate()
      }
    },
  }
}

/** Rewrites the base's addresses where there is time for it, in place, and compares again. */
async function rebase(
  base: Uint8Array,
  target: Uint8Array,
  matches: readonly Match[],
  clock: Clock,
): Promise<{ matches: readonly Match[]; executables: readonly Executable[] }> {
  if (clock.elapsed() * REBASING_FACTOR > clock.secondsLeft()) return { matches, executables: [] }
  const executables = pairExecutables(base, target, matches)
  if (executables.length === 0) return { matches, executables }
  const layout = createByteWriter()
  writeExecutables(layout, executables)
  if (layout.length > LAYOUT_MAX_BYTES) return { matches, executables: [] }
  for (const _ of rebaseAll(base, executables));
  const better = await clock.run(findMatches(base, target))
  // What was found before the rewriting still holds after it, and takes no time.
  return { matches: better ?? matches, executables }
}

async function encode(
  header: PatchHeader,
  executables: readonly Executable[],
  segments: readonly Segment[],
  level: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array[]> {
  const layout = createByteWriter()
  writeExecutables(layout, executables)
  const parts = [encodeHeader(header), await encodeBlock(layout.view(), level)]
  for (const segment of segments) {
    for (const stream of STREAMS) {
      signal?.throwIfAborted()
      parts.push(await encodeBlock(segment[stream], level))
    }
  }
  return parts
}

/** A patch that does not make what it should is a bug of ours, and must not be found out by those who fetch it. */
async function tryOut(
  base: ByteSource,
  bytes: Uint8Array,
  { target }: PatchHeader,
  signal: AbortSignal | undefined,
): Promise<void> {
  const patch = [bytes]
  try {
    for await (const _ of applyPatch(base, from(patch), target)) signal?.throwIfAborted()
  } catch (cause) {
    if (cause instanceof RbeeError && cause.code === 'patch_invalid') {
      throw new Error('a patch that was made does not make its target', { cause })
    }
    throw cause
  }
}

async function* from(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}

async function readAll(source: ByteSource): Promise<Uint8Array> {
  const bytes = new Uint8Array(source.size)
  await source.read(0, bytes)
  return bytes
}

function copy(segment: Segment): Segment {
  return {
    instructions: segment.instructions.slice(),
    gaps: segment.gaps.slice(),
    changes: segment.changes.slice(),
    literals: segment.literals.slice(),
  }
}

function sizeOf(segment: Segment): number {
  return STREAMS.reduce((sum, stream) => sum + segment[stream].length, 0)
}

function digest(bytes: Uint8Array): Digest {
  return digestOf(sha256Schema.parse(createHash('sha256').update(bytes).digest('hex')))
}
