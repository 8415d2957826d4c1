import picocolors from 'picocolors'
import { harmless } from './harmless.ts'

/** How far a long job is, on stderr. */
export interface ProgressBar {
  advance(amount: number): void
  /** Ends the bar; `text` replaces it, without one the bar's last state stays. */
  done(text?: string): void
}

/** A long job whose end nobody knows, on stderr. */
export interface Activity {
  /** What it is at. */
  update(text: string): void
  done(): void
}

/** Where messages for people go: stderr. With `--quiet` only warnings and errors are written. */
export interface Terminal {
  readonly colors: ReturnType<typeof picocolors.createColors>
  /** Whether a person sits in front of it. */
  readonly interactive: boolean
  /** Characters of a line; null where nobody sits in front of it. */
  readonly columns: number | null
  info(line: string): void
  /** A step of a longer job, as it begins. */
  step(line: string): void
  warn(line: string): void
  error(line: string): void
  /** What the user can do about the error above. */
  next(line: string): void
  progress(options: ProgressOptions): ProgressBar
  activity(label: string): Activity
}

interface ProgressOptions {
  readonly label: string
  readonly total: number
  readonly unit?: 'bytes' | 'items'
  /** How much of it was done before. */
  readonly from?: number
}

export interface TerminalOptions {
  readonly write: (text: string) => void
  readonly interactive: boolean
  readonly color: boolean
  readonly quiet: boolean
  readonly columns: () => number
  readonly clock: () => number
}

const REDRAW_INTERVAL_MS = 100
/** Without a terminal a line is written at most this often, so that logs stay short. */
const LINE_INTERVAL_MS = 5_000

export function createTerminal(options: TerminalOptions): Terminal {
  const colors = picocolors.createColors(options.color)
  const line = (text: string) => options.write(`${harmless(text)}\n`)
  return {
    colors,
    interactive: options.interactive,
    get columns() {
      return options.interactive ? options.columns() : null
    },
    info: (text) => {
      if (!options.quiet) line(text)
    },
    step: (text) => {
      if (!options.quiet) line(`${colors.cyan('→')} ${text}`)
    },
    warn: (text) => line(`${colors.yellow('warning:')} ${text}`),
    error: (text) => line(`${colors.red('error:')} ${text}`),
    next: (text) => line(`${colors.bold('next:')} ${text}`),
    progress: (bar) => createProgressBar(options, bar),
    activity: (label) => createActivity(options, label),
  }
}

/** Without a terminal a line this often says that it still goes on. */
const SIGN_OF_LIFE_MS = 30_000

function createActivity(options: TerminalOptions, label: string): Activity {
  const started = options.clock()
  let drawn = started
  if (!options.quiet && !options.interactive) options.write(`  ${label}\n`)
  return {
    update(text) {
      const now = options.clock()
      if (options.quiet || now - drawn < (options.interactive ? REDRAW_INTERVAL_MS : SIGN_OF_LIFE_MS)) return
      drawn = now
      const line = harmless(`  ${label}  ${formatDuration((now - started) / 1000)}  ${text}`)
      if (options.interactive) options.write(`\r\x1b[2K${line.slice(0, Math.max(20, options.columns() - 1))}`)
      else options.write(`${line}\n`)
    },
    done() {
      if (options.quiet || !options.interactive) return
      options.write(`\r\x1b[2K  ${label}  ${formatDuration((options.clock() - started) / 1000)}\n`)
    },
  }
}

function createProgressBar(options: TerminalOptions, bar: ProgressOptions): ProgressBar {
  const started = options.clock()
  let finished = bar.from ?? 0
  let drawn = options.interactive ? 0 : started
  let open = true

  const draw = (now: number) => {
    drawn = now
    const text = `  ${describeProgress(bar, finished, (now - started) / 1000)}`
    if (options.interactive) options.write(`\r\x1b[2K${text.slice(0, Math.max(20, options.columns() - 1))}`)
    else options.write(`${text}\n`)
  }
  return {
    advance(amount) {
      finished += amount
      if (options.quiet || !open) return
      const now = options.clock()
      if (now - drawn >= (options.interactive ? REDRAW_INTERVAL_MS : LINE_INTERVAL_MS)) draw(now)
    },
    done(text) {
      if (!open) return
      open = false
      if (options.quiet) return
      if (text === undefined) draw(options.clock())
      else options.write(options.interactive ? `\r\x1b[2K  ${text}` : `  ${text}\n`)
      if (options.interactive) options.write('\n')
    },
  }
}

/** `downloading  45%  12.3 MiB of 27.1 MiB  8.2 MiB/s  2 s left` */
function describeProgress(bar: ProgressOptions, finished: number, seconds: number): string {
  const share = bar.total === 0 ? 100 : Math.min(100, Math.floor((finished / bar.total) * 100))
  if (bar.unit === 'items') return `${bar.label}  ${String(share).padStart(3)}%  ${finished} of ${bar.total}`
  const rate = seconds > 0 ? (finished - (bar.from ?? 0)) / seconds : 0
  const left = rate > 0 ? Math.ceil(Math.max(0, bar.total - finished) / rate) : null
  const amount = `${formatBytes(finished)} of ${formatBytes(bar.total)}`
  const speed = rate > 0 ? `  ${formatBytes(rate)}/s` : ''
  const remaining = left !== null && finished < bar.total ? `  ${formatDuration(left)} left` : ''
  return `${bar.label}  ${String(share).padStart(3)}%  ${amount}${speed}${remaining}`
}

/** In the units that requirements and plans are stated in: `12.3 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let value = bytes
  let unit = -1
  do {
    value /= 1024
    unit += 1
  } while (value >= 1023.95 && unit < units.length - 1)
  return `${value.toFixed(1)} ${units[unit]}`
}

/** `45 s`, `3 min 20 s`, `2 h 5 min` */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}
