import type { Environment } from './arguments.ts'

/** How the program ends. */
export const EXIT = { done: 0, failed: 1, usage: 2, model: 3, address: 4, license: 5 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What a program gets from the process it runs in. */
export interface ProgramHost {
  /** Arguments after the program's name. */
  readonly argv: readonly string[]
  readonly env: Environment
  /** For other programs: one JSON value on each line. */
  readonly stdout: (text: string) => void
  /** For people: the log. */
  readonly stderr: (text: string) => void
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly randomId: () => string
  /** Aborted when the program is told to stop (SIGTERM, Ctrl-C). */
  readonly stop: AbortSignal
  /** Aborted when it is told so a second time. */
  readonly stopNow: AbortSignal
}
