import type { Command } from './command.ts'

/** One option. The value is taken from the flag, else from the variable, else it is the default. */
export interface OptionSpec {
  /** As commander writes them: `--port <port>`, `--auto`, `-m, --model <file>`. */
  readonly flags: string
  readonly description: string
  /** Environment variable that stands in for the flag. */
  readonly variable?: string
  readonly default?: string
  /** May be given several times; the value is then a list (a variable's is split at blanks). */
  readonly repeatable?: boolean
}

export interface CommandSpec {
  readonly name: string
  /** As commander writes them: `<worker>`, `[dir]`. */
  readonly arguments?: string
  readonly summary: string
  /** Longer help below the usage line, examples included. */
  readonly description?: string
  readonly options: readonly OptionSpec[]
  /** Loaded only when the command is run, so that `--help` and `--version` stay quick. */
  readonly load?: () => Promise<{ readonly default: Command }>
  readonly commands?: readonly CommandSpec[]
  /** What a shell offers for the arguments: workers of this machine. Folders and files are told by the arguments' names. */
  readonly completes?: 'installed' | 'running'
}

export interface ProgramSpec {
  readonly name: string
  readonly summary: string
  readonly description?: string
  readonly commands: readonly CommandSpec[]
  /** What the program does when no command is named; its `name` is not shown. */
  readonly root?: CommandSpec
}

/** The folder of a client's state and the registry it talks to: the same options in every client program. */
export const REGISTRY_OPTION: OptionSpec = {
  flags: '--registry <url>',
  description: 'the registry to talk to',
  variable: 'RBEE_REGISTRY',
  default: 'http://127.0.0.1:8787',
}
export const MIRROR_OPTION: OptionSpec = {
  flags: '--mirror <url>',
  description: 'ask this mirror before the registry; may be repeated',
  variable: 'RBEE_MIRROR',
  repeatable: true,
}
export const HOME_OPTION: OptionSpec = {
  flags: '--home <dir>',
  description: 'where workers are installed',
  variable: 'RBEE_HOME',
  default: '~/.cache/rbee',
}
/** Where the secret key lies that a publisher signs with. */
export const KEY_OPTION: OptionSpec = {
  flags: '--key <file>',
  description: "the publisher's secret key; the variable may hold the key itself (PEM)",
  variable: 'RBEE_PUBLISH_KEY',
  default: '~/.config/rbee/publisher.key',
}
/** What everybody reads of a release that is withdrawn, blocked or deprecated. */
export const REASON_OPTION: OptionSpec = {
  flags: '--reason <text>',
  description: 'why, in one line of at most 500 characters; everybody sees it',
}
export const DATA_DIR_OPTION: OptionSpec = {
  flags: '--data-dir <dir>',
  description: "the server's folder: database and files",
  variable: 'RBEE_DATA_DIR',
  default: './data',
}

/** `--version` without a value; `rbee-publish --version 1.2.0` is an option of that program. */
export function isBareVersion(argv: readonly string[]): boolean {
  return argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')
}
