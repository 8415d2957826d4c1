import type { ErrorCode, ErrorDetails } from '@rbee/schema'
import { CommanderError } from 'commander'
import type { CommandContext } from './command.ts'
import { buildCommander } from './commander.ts'
import { isBareVersion, type ProgramSpec } from './define.ts'
import { chosenExitCode, EXIT, exitCodeOf } from './exit-codes.ts'
import { harmlessJson } from './harmless.ts'
import { hintsFor } from './hints.ts'
import { createTerminal } from './terminal.ts'

/** The process as a program sees it; handed in by the entry, so that nothing else reads it. */
export interface ProgramSurroundings {
  readonly argv: readonly string[]
  /** What starts this program again: a file, and arguments that come before its own. */
  readonly program: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: { write(text: string): void; readonly isTTY?: boolean }
  readonly stderr: {
    write(text: string, done?: () => void): void
    readonly isTTY: boolean
    readonly columns: () => number
    /** What waits for the reader, in bytes; nothing where it is left out. */
    readonly backlog?: () => number
  }
  readonly clock: () => number
  /** Asks a person; left out where none is there. */
  readonly ask?: (question: string) => Promise<string>
  readonly version: string
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal
}

/**
 * Runs one program to its end.
 *
 * @returns the exit code. Nothing is thrown: every failure becomes text on stderr and a code here.
 */
export async function runProgram(spec: ProgramSpec, surroundings: ProgramSurroundings): Promise<number> {
  const argv = surroundings.argv[0] === '--' ? surroundings.argv.slice(1) : surroundings.argv
  const { flags, rest } = takeGlobalFlags(argv)
  const asTyped = hintsFor(surroundings.env)
  const terminal = createTerminal({
    write: (text) => surroundings.stderr.write(asTyped(text)),
    interactive: surroundings.stderr.isTTY,
    // What goes to stdout may be coloured as well, and may be read by a program.
    color:
      !flags.noColor &&
      !surroundings.env.NO_COLOR &&
      surroundings.stderr.isTTY &&
      surroundings.stdout.isTTY === true,
    quiet: flags.quiet,
    columns: surroundings.stderr.columns,
    clock: surroundings.clock,
  })
  const context: CommandContext = {
    cwd: callersFolder(spec.name, surroundings),
    env: surroundings.env,
    json: flags.json,
    quiet: flags.quiet,
    terminal,
    logOutput: {
      write: (text, done) => surroundings.stderr.write(text, done),
      backlog: () => surroundings.stderr.backlog?.() ?? 0,
    },
    signal: surroundings.signal,
    clock: surroundings.clock,
    ask: surroundings.ask ?? null,
    program: surroundings.program,
    print: (text) => surroundings.stdout.write(text),
    version: surroundings.version,
    completionScript: async (shell) => {
      const { completionScript } = await import('./completion/completion-script.ts')
      return completionScript(spec, shell)
    },
  }
  if (isBareVersion(rest)) {
    const { version } = surroundings
    surroundings.stdout.write(`${flags.json ? JSON.stringify(version) : version}\n`)
    return EXIT.done
  }
  try {
    return await buildCommander(spec, context, surroundings.stdout, asTyped).run(rest)
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done
    const failure = await failureOf(spec, rest, error, context.signal)
    const next = failure.next === null ? null : asTyped(failure.next)
    return reportFailure({ ...failure, next }, context, surroundings.stdout)
  }
}

/** Flags that every command knows, wherever they stand; what follows a lone `--` is left alone. */
function takeGlobalFlags(argv: readonly string[]) {
  const end = argv.indexOf('--')
  const head = end === -1 ? argv : argv.slice(0, end)
  const has = (...names: string[]) => head.some((argument) => names.includes(argument))
  const flags = { json: has('--json'), quiet: has('--quiet', '-q'), noColor: has('--no-color') }
  const known = new Set(['--json', '--quiet', '-q', '--no-color'])
  const rest = [...head.filter((argument) => !known.has(argument)), ...(end === -1 ? [] : argv.slice(end))]
  return { flags, rest }
}

/**
 * Run from a clone as a package script, the process starts in the clone and INIT_CWD is the caller's folder.
 * Installed, INIT_CWD may stem from some other script that called us, and means nothing.
 */
function callersFolder(program: string, { env, cwd }: ProgramSurroundings): string {
  return env.npm_lifecycle_event === program && env.INIT_CWD ? env.INIT_CWD : cwd
}

/** The words of a command line that name its command, such as `boot enable`. */
function commandWords(
  { commands }: Pick<ProgramSpec, 'commands'>,
  [word, ...more]: readonly string[],
): string[] {
  const named = commands.find(({ name }) => name === word)
  return named === undefined ? [] : [named.name, ...commandWords({ commands: named.commands ?? [] }, more)]
}

interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly next: string | null
  readonly details: ErrorDetails
  readonly exitCode: number
}

async function failureOf(
  spec: ProgramSpec,
  argv: readonly string[],
  error: unknown,
  signal: AbortSignal,
): Promise<Failure> {
  const help = `see ${[spec.name, ...commandWords(spec, argv)].join(' ')} --help`
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '')
    return { code: 'usage', message, next: help, details: {}, exitCode: EXIT.usage }
  }
  if (signal.aborted) {
    return {
      code: 'interrupted',
      message: 'interrupted',
      next: null,
      details: {},
      exitCode: EXIT.interrupted,
    }
  }
  // Loaded now: help needs none of the schemas, which cost more time than everything else.
  const { RbeeError } = await import('@rbee/schema')
  if (error instanceof RbeeError) {
    const { code, message, details } = error
    const next = error.next ?? (code === 'usage' ? help : null)
    return { code, message, next, details, exitCode: chosenExitCode(error) ?? exitCodeOf(code) }
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = `this is a defect of ${spec.name}, please report it: ${text}`
  return {
    code: 'internal',
    message,
    next: null,
    details: {},
    exitCode: chosenExitCode(error) ?? EXIT.failed,
  }
}

/** For people on stderr; with `--json` also as one value on stdout: the code's details and `error`. */
function reportFailure(
  failure: Failure,
  context: CommandContext,
  stdout: ProgramSurroundings['stdout'],
): number {
  const { code, message, next, details, exitCode } = failure
  const { terminal } = context
  const shownCode =
    code === 'interrupted' || code === 'internal' ? '' : ` ${terminal.colors.dim(`(${code})`)}`
  terminal.error(`${message}${shownCode}`)
  if (next !== null) terminal.next(next)
  if (context.json) stdout.write(`${harmlessJson({ ...details, error: { code, message, next } })}\n`)
  return exitCode
}
