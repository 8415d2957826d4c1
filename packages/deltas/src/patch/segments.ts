import { type ByteWriter, createByteWriter } from '../bytes/byte-writer.ts'
import { RUN_MAX_BYTES, SEGMENT_CLOSES_BYTES } from '../limits.ts'
import type { Match } from '../matching/match.ts'

/**
 * The four streams of a segment, each of which compresses best by itself:
 *
 * - `instructions`: literal bytes that come first, bytes of the base that follow, how far behind the end of the last ones of
 *   the base these begin (three numbers each)
 * - `gaps`: of the bytes of the base, how many stay as they are before each one that changes, and behind the last one
 * - `changes`: what is added to each byte that changes
 * - `literals`: bytes that no part of the base resembles
 */
export const STREAMS = ['instructions', 'gaps', 'changes', 'literals'] as const
type Stream = (typeof STREAMS)[number]
export type Segment = Readonly<Record<Stream, Uint8Array>>

/** Writes what turns the base into the target; a segment is valid until the next one is asked for. */
export function* encodeSegments(
  base: Uint8Array,
  target: Uint8Array,
  matches: readonly Match[],
): Generator<Segment, void> {
  const writers: Readonly<Record<Stream, ByteWriter>> = {
    instructions: createByteWriter(),
    gaps: createByteWriter(),
    changes: createByteWriter(),
    literals: createByteWriter(),
  }
  let baseEnd = 0
  for (const { position, literals, length, from } of instructionsOf(matches, target.length)) {
    writers.instructions.number(literals)
    writers.instructions.number(length)
    writers.instructions.signed(length === 0 ? 0 : from - baseEnd)
    if (length > 0) baseEnd = from + length
    writers.literals.bytes(target.subarray(position, position + literals))
    writeChanges(writers, base, from, target, position + literals, length)
    const size = STREAMS.reduce((sum, stream) => sum + writers[stream].length, 0)
    if (size < SEGMENT_CLOSES_BYTES) continue
    yield segmentOf(writers)
    for (const stream of STREAMS) writers[stream].clear()
  }
  if (writers.instructions.length > 0) yield segmentOf(writers)
}

interface Instruction {
  /** In the target. */
  readonly position: number
  readonly literals: number
  readonly length: number
  /** In the base. */
  readonly from: number
}

/** Matches and what lies between them, in runs of limited length. */
function* instructionsOf(matches: readonly Match[], size: number): Generator<Instruction, void> {
  let position = 0
  for (const match of [...matches, { target: size, base: 0, length: 0 }]) {
    while (match.target - position > RUN_MAX_BYTES) {
      yield { position, literals: RUN_MAX_BYTES, length: 0, from: 0 }
      position += RUN_MAX_BYTES
    }
    let literals = match.target - position
    for (let done = 0; done < match.length || literals > 0; ) {
      const length = Math.min(match.length - done, RUN_MAX_BYTES)
      yield { position, literals, length, from: match.base + done }
      position += literals + length
      done += length
      literals = 0
    }
  }
}

function writeChanges(
  { gaps, changes }: Readonly<Record<'gaps' | 'changes', ByteWriter>>,
  base: Uint8Array,
  from: number,
  target: Uint8Array,
  position: number,
  length: number,
): void {
  if (length === 0) return
  let gap = 0
  for (let offset = 0; offset < length; offset += 1) {
    const change = ((target[position + offset] ?? 0) - (base[from + offset] ?? 0)) & 0xff
    if (change === 0) {
      gap += 1
      continue
    }
    gaps.number(gap)
    changes.byte(change)
    gap = 0
  }
  gaps.number(gap)
}

function segmentOf(writers: Readonly<Record<Stream, ByteWriter>>): Segment {
  const { instructions, gaps, changes, literals } = writers
  return {
    instructions: instructions.view(),
    gaps: gaps.view(),
    changes: changes.view(),
    literals: literals.view(),
  }
}
