import { jsonLine } from '../json-lines.ts'
import type { Log } from '../log.ts'

/** Writes JSON lines, which Workers Logs takes apart into fields. */
export function consoleLog(console: Pick<Console, 'log' | 'error'>): Log {
  return {
    info: (fields, message) => console.log(jsonLine(Date.now(), 'info', message, fields)),
    error: (fields, message) => console.error(jsonLine(Date.now(), 'error', message, fields)),
  }
}
