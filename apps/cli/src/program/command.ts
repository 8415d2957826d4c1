import { describeIssues, RbeeError } from '@rbee/schema'
import type { z } from 'zod'
import type { RegistryAnswers } from '../registry/registry-answers.ts'
import { harmless, harmlessJson } from './harmless.ts'
import type { Terminal } from './terminal.ts'

/** What the command line held: one value per option, by its name in camelCase. */
export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** Where the value of an option comes from. */
export interface OptionOrigin {
  /** What people know it by: `--port`, or the name of the variable. */
  readonly name: string
  readonly isVariable: boolean
}
export type OptionOrigins = Readonly<Record<string, OptionOrigin>>

/** A stream that takes text as quickly as its reader does. */
export interface LogOutput {
  /** @param done is called once the stream has taken the text. */
  write(text: string, done?: () => void): void
  /** What waits for the reader, in bytes. */
  backlog(): number
}

/** The shells that are told how to complete command lines. */
export const COMPLETED_SHELLS = ['bash', 'zsh', 'fish'] as const
export type CompletedShell = (typeof COMPLETED_SHELLS)[number]

/** Everything around a command: it reads nothing else of its surroundings. */
export interface CommandContext {
  /** The folder that relative paths mean: the caller's. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly json: boolean
  readonly quiet: boolean
  /** People read this; programs read what the command returns. */
  readonly terminal: Terminal
  /** The stream behind the terminal, for the log of a server. */
  readonly logOutput: LogOutput
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal
  readonly clock: () => number
  /** Where what is read from a registry is asked for instead, without a slash at the end. */
  readonly mirror?: string
  /** Answers in place of the network: nothing is asked of anybody else. */
  readonly answers?: RegistryAnswers
  /** Asks who sits in front of the terminal, and gives the answer in one line. Null where nobody does. */
  readonly ask: ((question: string) => Promise<string>) | null
  /** What starts this program again: a file, and arguments that come before its own. */
  readonly program: readonly string[]
  /** Writes to stdout what is too long, or comes too slowly, to be returned. Not for use with `--json`. */
  print(text: string): void
  /** Version of this program. */
  readonly version: string
  /** The script with which a shell completes the command lines of this program. */
  completionScript(shell: CompletedShell): Promise<string>
}

/** What a command is made of: `run` returns data, `view` turns it into what people read on stdout. */
export interface CommandDefinition<Schema extends z.ZodType, Result> {
  /** The shape of the options; a value outside it ends the program as a usage error that names the option. */
  readonly options: Schema
  run(context: CommandContext, args: readonly string[], options: z.infer<Schema>): Promise<Result>
  /** An empty text prints nothing. */
  view(result: Result, context: CommandContext, options: z.infer<Schema>): string
  /** By default 0. */
  exitCode?(result: Result, context: CommandContext): number
}

export interface CommandOutcome {
  readonly stdout: string
  readonly exitCode: number
}

/** A command whose types are closed: the frame hands it raw option values and prints what comes back. */
export interface Command {
  execute(
    context: CommandContext,
    args: readonly string[],
    values: OptionValues,
    origins: OptionOrigins,
  ): Promise<CommandOutcome>
}

/** Closes a definition into a {@link Command}; every command's file exports one as its default. */
export function command<Schema extends z.ZodType, Result>(
  definition: CommandDefinition<Schema, Result>,
): Command {
  return {
    async execute(context, args, values, origins) {
      const options = definition.options.safeParse(values)
      if (!options.success) throw optionFailure(options.error, origins)
      const result = await definition.run(context, args, options.data)
      const text = context.json
        ? harmlessJson(result)
        : harmless(definition.view(result, context, options.data))
      return { stdout: text === '' ? '' : `${text}\n`, exitCode: definition.exitCode?.(result, context) ?? 0 }
    },
  }
}

/** The first wrong option, by the name under which it was given. */
function optionFailure(error: z.ZodError, origins: OptionOrigins): RbeeError {
  const [issue] = error.issues
  const name = issue?.path[0]
  if (issue === undefined || typeof name !== 'string') return new RbeeError('usage', describeIssues(error))
  const origin = origins[name]
  if (origin?.isVariable) {
    const next = `set ${origin.name} to another value, or unset it`
    return new RbeeError('setting_invalid', `the variable ${origin.name}: ${issue.message}`, { next })
  }
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return new RbeeError('usage', `${origin?.name ?? flag}: ${issue.message}`)
}
