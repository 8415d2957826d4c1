import type { Log } from '@rbee/catalog'
import type { Terminal } from '../program/terminal.ts'

/** What the server has to tell its operator, as lines on stderr. */
export function serverLog(terminal: Terminal): Log {
  return {
    info: (fields, message) => terminal.info(`${message}${describeFields(fields)}`),
    error: (fields, message) => terminal.error(`${message}${describeFields(fields)}`),
  }
}

function describeFields(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${describeValue(value)}`)
    .join('')
}

function describeValue(value: unknown): string {
  if (value instanceof Error) {
    const cause = value.cause === undefined ? '' : `\n  because: ${describeValue(value.cause)}`
    return `${value.stack ?? value.message}${cause}`
  }
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}
