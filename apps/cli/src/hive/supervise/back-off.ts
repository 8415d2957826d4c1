/** When a worker that crashed is started again, in milliseconds. */
export interface RestartTimes {
  readonly firstMs: number
  readonly longestMs: number
  /** A worker that served for so long is believed to be well: its next crash counts as the first. */
  readonly stableMs: number
}

export const RESTART_TIMES: RestartTimes = { firstMs: 1_000, longestMs: 60_000, stableMs: 60_000 }

/** How long to wait after so many crashes in a row: doubled each time up to the longest. */
export function backOffMs(crashes: number, { firstMs, longestMs }: RestartTimes): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(crashes - 1, 30))
}
