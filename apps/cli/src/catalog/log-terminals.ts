import { isLogged, type LogLevel } from '@rbee/catalog'
import picocolors from 'picocolors'
import type { Activity, ProgressBar, Terminal } from '../program/terminal.ts'

const SILENT_BAR: ProgressBar = { advance: () => {}, done: () => {} }
const SILENT_ACTIVITY: Activity = { update: () => {}, done: () => {} }

/** A terminal whose messages become entries of a log. Progress is left out: a log is read afterwards. */
export function jsonTerminal(tell: (level: LogLevel, message: string) => void): Terminal {
  const at = (level: LogLevel) => (line: string) => tell(level, line.trim())
  return {
    colors: picocolors.createColors(false),
    interactive: false,
    columns: null,
    info: at('info'),
    step: at('info'),
    warn: at('warn'),
    error: at('error'),
    next: at('warn'),
    progress: () => SILENT_BAR,
    activity: () => SILENT_ACTIVITY,
  }
}

/** The terminal without the messages that weigh less than `level`. */
export function terminalFrom(terminal: Terminal, level: LogLevel): Terminal {
  const silent = () => {}
  if (isLogged('info', level)) return terminal
  const withoutInfo = {
    ...terminal,
    info: silent,
    step: silent,
    progress: () => SILENT_BAR,
    activity: () => SILENT_ACTIVITY,
  }
  return isLogged('warn', level) ? withoutInfo : { ...withoutInfo, warn: silent, next: silent }
}
