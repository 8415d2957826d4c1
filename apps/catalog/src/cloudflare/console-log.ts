import type { Clock } from '@rbee/registry'
import { jsonLine } from '../json-lines.ts'
import type { Log } from '../log.ts'

/** Writes JSON lines, which Workers Logs takes apart into fields. */
export function consoleLog(console: Pick<Console, 'log' | 'error'>, clock: Clock): Log {
  return {
    info: (fields, message) => console.log(jsonLine(clock(), 'info', message, fields)),
    error: (fields, message) => console.error(jsonLine(clock(), 'error', message, fields)),
  }
}
