import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { ReleaseDocument } from '@rbee/schema'
import { printable } from './printable.ts'
import { signalGroup } from './process-group.ts'

export type SelfTestOutcome =
  /** `milliseconds` is null when there is no self-test. */
  | { readonly passed: true; readonly milliseconds: number | null }
  | { readonly passed: false; readonly cause: string }

const OUTPUT_LIMIT = 64 * 1024
/** How long the pipes of an ended program are listened to: a process outside its group may hold them open. */
const LAST_WORDS_MS = 2_000

/**
 * Runs a build's self-test in its folder, without a shell. A build without one passes when its program exists, because
 * there is nothing more to ask.
 */
export async function runSelfTest(
  folder: string,
  selftest: ReleaseDocument['selftest'],
  surroundings: {
    env: Readonly<Record<string, string | undefined>>
    signal: AbortSignal
    clock: () => number
  },
): Promise<SelfTestOutcome> {
  if (selftest === null) return { passed: true, milliseconds: null }
  const started = surroundings.clock()
  const result = await runProgramOf(folder, selftest.command, selftest.timeout_seconds * 1000, surroundings)
  surroundings.signal.throwIfAborted()
  if (result.kind === 'exited' && result.code === 0)
    return { passed: true, milliseconds: surroundings.clock() - started }
  return { passed: false, cause: describeFailure(result, selftest.timeout_seconds) }
}

type ProgramResult =
  | {
      readonly kind: 'exited'
      readonly code: number | null
      readonly signal: string | null
      readonly output: string
    }
  | { readonly kind: 'timeout'; readonly output: string }
  | { readonly kind: 'not_started'; readonly message: string }

function runProgramOf(
  folder: string,
  command: readonly string[],
  timeoutMs: number,
  { env, signal }: { env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
): Promise<ProgramResult> {
  const [program = '', ...args] = command
  return new Promise((settle) => {
    // Its own process group, so that whatever the self-test started ends with it.
    const child = spawn(programPath(folder, program), args, {
      cwd: folder,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    })
    let output = ''
    const collect = (text: string) => {
      output = (output + text).slice(-OUTPUT_LIMIT)
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    let timedOut = false
    const end = () => {
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    }
    const timer = setTimeout(() => {
      timedOut = true
      end()
    }, timeoutMs)
    signal.addEventListener('abort', end, { once: true })
    if (signal.aborted) end()
    const finish = (result: ProgramResult) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      settle(result)
    }
    child.once('error', (error) => finish({ kind: 'not_started', message: error.message }))
    child.once('exit', () => {
      end()
      const listening = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, LAST_WORDS_MS)
      child.once('close', () => clearTimeout(listening))
    })
    child.once('close', (code, killedBy) => {
      finish(timedOut ? { kind: 'timeout', output } : { kind: 'exited', code, signal: killedBy, output })
    })
  })
}

/** Programs of a build are named relative to its folder. */
export function programPath(folder: string, program: string): string {
  return join(folder, program)
}

function describeFailure(result: ProgramResult, timeoutSeconds: number): string {
  switch (result.kind) {
    case 'not_started':
      return `its program could not be started: ${result.message}`
    case 'timeout':
      return `it did not end within ${timeoutSeconds} s${lastWords(result.output)}`
    case 'exited': {
      const library = /error while loading shared libraries: ([^:\s]+)/.exec(result.output)
      if (library) return `the system library ${library[1]} is missing`
      const how =
        result.signal === null
          ? `exit code ${result.code}`
          : `ended by ${result.signal}${signalMeaning(result.signal)}`
      return `${how}${lastWords(result.output)}`
    }
  }
}

function signalMeaning(signal: string): string {
  if (signal === 'SIGILL') return ' (the processor lacks an instruction that this build uses)'
  if (signal === 'SIGKILL') return ' (probably out of memory)'
  if (signal === 'SIGSEGV') return ' (it crashed)'
  return ''
}

/** The end of what it printed. */
function lastWords(output: string): string {
  const lines = output
    .split('\n')
    .map(printable)
    .filter((line) => line !== '')
  const text = lines.slice(-3).join(' / ').slice(-400)
  return text === '' ? '' : `: ${text}`
}
