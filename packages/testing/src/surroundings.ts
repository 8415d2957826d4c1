import type { Clock, RandomBytes } from '@rbee/registry'

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  /** Moves the clock on, by milliseconds. */
  advance(milliseconds: number): void
}

/** @param start in milliseconds since the epoch; by default 2026-01-01T00:00:00Z. */
export function fakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start
  return Object.assign(() => now, {
    advance(milliseconds: number) {
      now += milliseconds
    },
  })
}

/** Bytes that look random and are the same for the same seed (Marsaglia's xorshift32); never for secrets. */
export function fakeRandomBytes(seed = 1): RandomBytes {
  let state = seed | 0 || 1
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 0xff
    })
}
