import type { CommandSpec, OptionSpec, ProgramSpec } from '../define.ts'

/** What can be completed where a command line has got to. */
export interface CompletionPlace {
  /** The commands named so far, such as `worker install`; empty at the program itself. */
  readonly at: string
  readonly commands: readonly { readonly name: string; readonly summary: string }[]
  readonly flags: readonly CompletionFlag[]
  /** What its arguments are: files, workers of this machine, shells, or nothing that is known. */
  readonly argument: 'files' | 'installed' | 'running' | 'shell' | null
}

export interface CompletionFlag {
  /** With its dashes: `--port`, `-n`. */
  readonly name: string
  readonly description: string
  /** What follows it: nothing, a file, or something that cannot be completed. */
  readonly value: 'none' | 'file' | 'other'
}

export interface CompletionTree {
  readonly program: string
  readonly places: readonly CompletionPlace[]
}

const EVERYWHERE: readonly OptionSpec[] = [
  { flags: '--json', description: 'print one JSON value' },
  { flags: '--quiet', description: 'only warnings and errors on stderr' },
  { flags: '--no-color', description: 'no colours' },
  { flags: '--help', description: 'explain the command' },
]

/** Flattens the commands of a program into the places of its command line. */
export function completionTree(spec: ProgramSpec): CompletionTree {
  const root: CommandSpec = {
    ...(spec.root ?? { summary: spec.summary, options: [] }),
    name: '',
    commands: spec.commands,
  }
  return { program: spec.name, places: placesOf('', root) }
}

function placesOf(at: string, command: CommandSpec): CompletionPlace[] {
  const inner = command.commands ?? []
  const own: CompletionPlace = {
    at,
    commands: inner.map(({ name, summary }) => ({ name, summary })),
    flags: [...command.options, ...EVERYWHERE].flatMap(flagsOf),
    argument: argumentOf(command),
  }
  return [own, ...inner.flatMap((child) => placesOf(at === '' ? child.name : `${at} ${child.name}`, child))]
}

/** `-n, --lines <n>` is two flags that mean the same. */
function flagsOf({ flags, description }: OptionSpec): CompletionFlag[] {
  const placeholder = /<([^>]+)>/.exec(flags)?.[1]
  const value = placeholder === undefined ? 'none' : /file|dir|path/.test(placeholder) ? 'file' : 'other'
  return (flags.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? []).map((name) => ({ name, description, value }))
}

function argumentOf({ completes, arguments: names = '' }: CommandSpec): CompletionPlace['argument'] {
  if (completes !== undefined) return completes
  if (names.includes('shell')) return 'shell'
  return /dir|file|path/.test(names) ? 'files' : null
}
