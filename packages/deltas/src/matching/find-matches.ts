import { ANCHOR_STEP, type Anchors, indexAnchors } from './anchors.ts'
import type { Match } from './match.ts'

/** A shorter match costs more to state than its bytes. */
const MATCH_MIN_BYTES = 12
/** How many more bytes must have differed than agreed since the best end before a match is given up. */
const LOST_AHEAD = 32
const LOST_BEHIND = 16
/** How many more bytes must agree elsewhere before a match is left for another one. */
const WORTH_LEAVING = 8
/** How far it is looked ahead for that, in bytes. */
const LOOK_AHEAD_BYTES = 512
/** Work between two pauses, in bytes of the target. */
const PAUSE_BYTES = 2 ** 20

interface Place {
  readonly target: number
  readonly base: number
}

/**
 * Finds for every part of the target the part of the base that it was made from, in the target's order and without
 * overlaps. Bytes within a match may differ: a few changed addresses in code that is otherwise the same cost less than new
 * matches between them. The idea is Percival's, "Naive Differences of Executable Code" (2003); anchors by their hash
 * stand in for his sorted suffixes, which would take eight times the memory of the base.
 *
 * Pauses now and then, so that others may work.
 */
export function* findMatches(base: Uint8Array, target: Uint8Array): Generator<void, Match[]> {
  const anchors = yield* indexAnchors(base, target)
  const follow = createFollower(base, target, anchors)
  const matches: Match[] = []
  /** Where the last match ends. */
  let covered = 0
  let distance = 0
  let pause = PAUSE_BYTES
  for (let position = 0; position < target.length; ) {
    if (position >= pause) {
      yield
      pause = position + PAUSE_BYTES
    }
    const found = anchors.find(position, distance)
    if (found === -1) {
      position += 1
      continue
    }
    let next: Place | null = lengthenBack(base, target, { target: position, base: found }, covered)
    while (next !== null) {
      const followed: Followed = follow(next)
      if (followed.length >= MATCH_MIN_BYTES) {
        matches.push({ ...next, length: followed.length })
        covered = next.target + followed.length
        distance = next.base - next.target
      }
      position = Math.max(position + 1, covered)
      next = followed.better
    }
  }
  return matches
}

/** Moves a match's begin back over what stands before it, as long as more bytes agree than differ. */
function lengthenBack(base: Uint8Array, target: Uint8Array, found: Place, covered: number): Place {
  let score = 0
  let best = 0
  let length = 0
  const most = Math.min(found.target - covered, found.base)
  for (let back = 1; back <= most; back += 1) {
    score += base[found.base - back] === target[found.target - back] ? 1 : -1
    if (score > best) {
      best = score
      length = back
    } else if (score < best - LOST_BEHIND) break
  }
  return { target: found.target - length, base: found.base - length }
}

interface Followed {
  readonly length: number
  /** Where it is better to go on, as far as that is known. */
  readonly better: Place | null
}

function createFollower(base: Uint8Array, target: Uint8Array, anchors: Anchors) {
  /** Whether another place of the base, found at `position`, agrees so much more that the match should be left for it. */
  const isBetter = (start: Place, position: number, found: number): Place | null => {
    const distance = start.base - start.target
    let back = 0
    while (
      position - back > start.target &&
      found - back > 0 &&
      base[found - back - 1] === target[position - back - 1]
    ) {
      back += 1
    }
    let ahead = 0
    const most = Math.min(LOOK_AHEAD_BYTES, base.length - found, target.length - position)
    while (ahead < most && base[found + ahead] === target[position + ahead]) ahead += 1
    let agreeing = 0
    for (let offset = position - back; offset < position + ahead; offset += 1) {
      if (base[offset + distance] === target[offset]) agreeing += 1
    }
    return back + ahead - agreeing > WORTH_LEAVING ? { target: position - back, base: found - back } : null
  }

  /** Goes on while enough bytes agree, and looks around wherever one differs. */
  return (start: Place): Followed => {
    const distance = start.base - start.target
    const most = Math.min(target.length - start.target, base.length - start.base)
    let score = 0
    let best = 0
    let length = 0
    let looked = start.target
    for (let offset = 0; offset < most; offset += 1) {
      if (base[start.base + offset] === target[start.target + offset]) {
        score += 1
        if (score > best) {
          best = score
          length = offset + 1
        }
        continue
      }
      score -= 1
      if (score < best - LOST_AHEAD) break
      const differing = start.target + offset
      for (
        let position = Math.max(differing + 1, looked);
        position <= differing + ANCHOR_STEP;
        position += 1
      ) {
        looked = position + 1
        const found = anchors.find(position, distance)
        if (found === -1 || found === position + distance) continue
        const better = isBetter(start, position, found)
        if (better !== null) return { length: Math.min(length, better.target - start.target), better }
      }
    }
    return { length, better: null }
  }
}
