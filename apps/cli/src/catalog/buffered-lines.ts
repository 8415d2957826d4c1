import type { LogOutput } from '../program/command.ts'

/** Enough lines for one write that the write costs little beside them. */
const FLUSH_CHARACTERS = 32 * 1024
/** How long a line may wait for others. */
const FLUSH_MS = 100
/** When more than this waits for a reader that stopped reading, lines are dropped: memory is for requests. */
const MAX_BACKLOG_BYTES = 8 * 2 ** 20
const MAX_CLOSE_MS = 1000

export interface BufferedLines {
  /** Takes a line without its end. */
  write(line: string): void
  /** Writes what waits, now. */
  flush(): void
  /** Writes what waits, and ends once the stream has taken it or a second went by. */
  close(): Promise<void>
}

/**
 * Writes lines many at a time, because a write costs more than a request. A reader that is too slow loses lines; it never
 * slows the server down or fills its memory.
 *
 * @param describeLoss makes the line that says how many were lost.
 */
export function bufferedLines(output: LogOutput, describeLoss: (lines: number) => string): BufferedLines {
  let waiting = ''
  let lines = 0
  let lost = 0
  let timer: NodeJS.Timeout | null = null

  function flush(done?: () => void): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const text = waiting
    waiting = ''
    if (output.backlog() > MAX_BACKLOG_BYTES) {
      lost += lines
      lines = 0
      done?.()
      return
    }
    lines = 0
    output.write(lost > 0 ? `${describeLoss(lost)}\n${text}` : text, done)
    lost = 0
  }

  return {
    write(line) {
      waiting += `${line}\n`
      lines += 1
      if (waiting.length >= FLUSH_CHARACTERS) flush()
      else timer ??= setTimeout(flush, FLUSH_MS).unref()
    },
    flush: () => flush(),
    close() {
      return new Promise((resolve) => {
        setTimeout(resolve, MAX_CLOSE_MS).unref()
        flush(resolve)
      })
    },
  }
}
