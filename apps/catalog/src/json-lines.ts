import type { LogLevel } from './log.ts'

/**
 * One entry of a structured log: an object with `time` (ISO 8601), `level`, `message`, and the given fields, of
 * which `error` may be an error. Line breaks in any value are escaped, so that an entry is one line whatever a client sent.
 *
 * @param time in milliseconds since the epoch.
 */
export function jsonLine(time: number, level: LogLevel, message: string, fields: object): string {
  const head = `{"time":"${isoTime(time)}","level":"${level}","message":${JSON.stringify(message)}`
  // A replacer is called for each value, which takes longer than all the rest.
  const rest = 'error' in fields ? JSON.stringify(fields, describeErrors) : JSON.stringify(fields)
  return rest === '{}' ? `${head}}` : `${head},${rest.slice(1)}`
}

let last = { time: Number.NaN, text: '' }

/** Thousands of entries may fall into one millisecond. */
function isoTime(time: number): string {
  if (time !== last.time) last = { time, text: new Date(time).toISOString() }
  return last.text
}

function describeErrors(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value
  const { name, message, stack, cause } = value
  return { name, ...('code' in value ? { code: value.code } : null), message, stack, cause }
}
