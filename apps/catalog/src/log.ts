export const LOG_LEVELS = ['error', 'warn', 'info'] as const
/** What weighs most comes first. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Whether an entry of this level stands in a log that begins at `least`. */
export function isLogged(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(least)
}

/** What the server tells its operator. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}
