import type { Log } from '../log.ts'

/** Writes JSON lines, which Workers Logs takes apart into fields. */
export function consoleLog(console: Pick<Console, 'log' | 'error'>): Log {
  return {
    info(fields, message) {
      console.log(JSON.stringify({ message, ...fields }))
    },
    error({ error, ...fields }, message) {
      console.error(JSON.stringify({ message, ...fields, error: describe(error) }))
    },
  }
}

function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    cause: error.cause && describe(error.cause),
  }
}
