import { RbeeError } from '@rbee/schema'
import { CommanderError } from 'commander'
import type { CommandContext } from './command.ts'
import { buildCommander } from './commander.ts'
import { isBareVersion, type ProgramSpec } from './define.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { createTerminal, type Terminal } from './terminal.ts'

/** The process as a program sees it; handed in by the entry, so that nothing else reads it. */
export interface ProgramSurroundings {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: { write(text: string): void }
  readonly stderr: { write(text: string): void; readonly isTTY: boolean; readonly columns: () => number }
  readonly clock: () => number
  readonly version: string
  /** Aborted by Ctrl-C and SIGTERM. */
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
  const terminal = createTerminal({
    write: (text) => surroundings.stderr.write(text),
    interactive: surroundings.stderr.isTTY,
    color: !flags.noColor && !surroundings.env.NO_COLOR && surroundings.stderr.isTTY,
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
    signal: surroundings.signal,
    clock: surroundings.clock,
    version: surroundings.version,
  }
  if (isBareVersion(rest)) {
    surroundings.stdout.write(`${surroundings.version}\n`)
    return EXIT.done
  }
  try {
    return await buildCommander(spec, context, surroundings.stdout).run(rest)
  } catch (error) {
    return reportFailure(spec, error, context, terminal)
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

function reportFailure(
  spec: ProgramSpec,
  error: unknown,
  context: CommandContext,
  terminal: Terminal,
): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done
    terminal.next(`see ${spec.name} --help`)
    return EXIT.usage
  }
  if (context.signal.aborted) {
    terminal.error('interrupted')
    return EXIT.interrupted
  }
  if (error instanceof RbeeError) {
    terminal.error(`${error.message} ${terminal.colors.dim(`(${error.code})`)}`)
    if (error.next !== null) terminal.next(error.next)
    else if (error.code === 'usage') terminal.next(`see ${spec.name} --help`)
    return exitCodeOf(error.code)
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  terminal.error(`this is a defect of ${spec.name}, please report it: ${text}`)
  return EXIT.failed
}
