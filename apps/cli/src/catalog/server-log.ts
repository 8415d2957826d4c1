import {
  type AnsweredRequest,
  accessFields,
  isLogged,
  jsonLine,
  type Log,
  type LogLevel,
} from '@rbee/catalog'
import type { CommandContext } from '../program/command.ts'
import { formatBytes, type Terminal } from '../program/terminal.ts'
import { bufferedLines } from './buffered-lines.ts'
import { jsonTerminal, terminalFrom } from './log-terminals.ts'

/**
 * `json`: every line is an object, one for each request among them. `text`: messages for people, and a line for each
 * request. `off`: the messages alone.
 */
export const LOG_FORMATS = ['json', 'text', 'off'] as const
export type LogFormat = (typeof LOG_FORMATS)[number]

export interface LogSettings {
  readonly format: LogFormat
  /** What weighs less is left out; requests weigh as much as `info`. */
  readonly level: LogLevel
}

/** What the server has to tell its operator, on stderr. */
export interface ServerLog extends Log {
  /** For messages of all other work that the server's process does. */
  readonly terminal: Terminal
  /** Undefined where requests are not logged. */
  readonly onAnswered?: (answered: AnsweredRequest) => void
  /** Writes what waits. */
  close(): Promise<void>
}

export function serverLog(context: CommandContext, { format, level }: LogSettings): ServerLog {
  switch (format) {
    case 'json':
      return jsonLog(context, level)
    case 'text':
      return textLog(context, level, true)
    case 'off':
      return textLog(context, level, false)
  }
}

function jsonLog({ logOutput, clock }: CommandContext, least: LogLevel): ServerLog {
  const lines = bufferedLines(logOutput, (lost) =>
    jsonLine(clock(), 'warn', 'lines of this log were lost, because whoever reads it is too slow', { lost }),
  )
  const tell = (level: LogLevel, fields: Readonly<Record<string, unknown>>, message: string) => {
    if (!isLogged(level, least)) return
    lines.write(jsonLine(clock(), level, message, fields))
    if (level === 'error') lines.flush()
  }
  return {
    info: (fields, message) => tell('info', fields, message),
    error: (fields, message) => tell('error', fields, message),
    terminal: jsonTerminal((level, message) => tell(level, {}, message)),
    onAnswered: isLogged('info', least)
      ? (answered) => lines.write(jsonLine(clock(), 'info', 'request', accessFields(answered)))
      : undefined,
    close: () => lines.close(),
  }
}

function textLog(context: CommandContext, level: LogLevel, withRequests: boolean): ServerLog {
  const terminal = terminalFrom(context.terminal, level)
  const { dim } = terminal.colors
  return {
    info: (fields, message) => terminal.info(`${message}${describeFields(fields)}`),
    error: (fields, message) => terminal.error(`${message}${describeFields(fields)}`),
    terminal,
    onAnswered:
      withRequests && isLogged('info', level)
        ? (answered) => terminal.info(dim(describeRequest(answered)))
        : undefined,
    close: async () => {},
  }
}

/** `GET /v1/workers 200 3.1 KiB 0.4 ms` */
function describeRequest(answered: AnsweredRequest): string {
  const { method, path, status, bytes, duration_ms, aborted } = accessFields(answered)
  const size = formatBytes(bytes)
  return `${method} ${path} ${status} ${size} ${duration_ms.toFixed(1)} ms${aborted ? ' (broken off)' : ''}`
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
