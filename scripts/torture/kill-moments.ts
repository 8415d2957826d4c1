import { createHash } from 'node:crypto'

/** The golden ratio's fraction: its multiples, taken modulo 1, cover the unit interval evenly for any number of them. */
const STEP = (Math.sqrt(5) - 1) / 2

/**
 * When a victim is killed in a round, as a share (0 to 1) of the time it takes undisturbed. The shares of any number of
 * rounds in a row are spread evenly; the seed shifts them, so that runs with other seeds try other moments.
 */
export function killMoment(seed: string, victim: string, round: number): number {
  const offset = createHash('sha256').update(`${seed}:${victim}`).digest().readUInt32BE() / 2 ** 32
  return (offset + round * STEP) % 1
}
