import type { RunningWorker } from './running-worker.ts'

/** A check: throws an Error that says what was seen instead. */
export interface Check {
  readonly name: string
  run(running: RunningWorker): Promise<void>
}

/** @throws an Error that names both when they differ as JSON. */
export function expectEqual(what: string, seen: unknown, expected: unknown): void {
  if (JSON.stringify(seen) === JSON.stringify(expected)) return
  throw new Error(`${what}: ${JSON.stringify(seen)} instead of ${JSON.stringify(expected)}`)
}
