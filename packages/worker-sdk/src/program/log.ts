import type { Log } from '../worker.ts'

/** Log lines as text on a stream: RFC 3339 time, level, message; control characters cannot forge further lines. */
export function createLog(write: (line: string) => void, clock: () => number): Log {
  const at = (level: string) => (message: string) =>
    write(
      `${new Date(clock()).toISOString()} ${level} ${message.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')}\n`,
    )
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
