import { spawn } from 'node:child_process'
import { RbeeError } from '@rbee/schema'
import { signalGroup } from '../hive/process-group.ts'

export interface CommandSurroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** Told of every line as it comes. */
  readonly onLine?: (line: string) => void
}

/** What a failing build is reported with: the last lines, where compilers say what is wrong. */
const TAIL_LINES = 40
const TAIL_BYTES = 64 * 1024

/**
 * Runs one command of a build, without a shell, in a process group of its own.
 *
 * @returns its standard output. Fails with `build_failed`, whose detail `log` is the end of what it printed, or
 * `interrupted`, after everything it started was ended.
 */
export async function runBuildCommand(
  command: readonly string[],
  surroundings: CommandSurroundings,
): Promise<string> {
  const [program = '', ...args] = command
  const shown = command.join(' ')
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      cwd: surroundings.cwd,
      env: { ...surroundings.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    })
    let stdout = ''
    let tail = ''
    const collect = (text: string) => {
      tail = (tail + text).slice(-TAIL_BYTES)
      if (surroundings.onLine) for (const line of text.split('\n')) if (line !== '') surroundings.onLine(line)
    }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      collect(text)
    })
    child.stderr.setEncoding('utf8').on('data', collect)
    const end = () => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    }
    surroundings.signal.addEventListener('abort', end, { once: true })
    const fail = (why: string, cause?: unknown) => {
      const log = tail.trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
      const next = 'the end of its output stands above; --verbose shows all of it'
      reject(new RbeeError('build_failed', `${shown}: ${why}`, { next, details: { log }, cause }))
    }
    child.once('error', (error) => {
      surroundings.signal.removeEventListener('abort', end)
      fail(`it could not be started: ${error.message}`, error)
    })
    child.once('close', (code, killedBy) => {
      surroundings.signal.removeEventListener('abort', end)
      if (surroundings.signal.aborted) reject(new RbeeError('interrupted', 'the build was interrupted'))
      else if (code === 0) settle(stdout)
      else fail(killedBy === null ? `exit code ${code}` : `ended by ${killedBy}`)
    })
  })
}
