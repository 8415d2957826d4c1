import { Command as Commander, Help, Option } from 'commander'
import type { CommandContext, OptionOrigin, OptionOrigins, OptionValues } from './command.ts'
import type { CommandSpec, OptionSpec, ProgramSpec } from './define.ts'

/** Turns a program's specification into a commander program whose actions load and run the commands. */
export function buildCommander(
  spec: ProgramSpec,
  context: CommandContext,
  stdout: { write(text: string): void },
  asTyped: (text: string) => string,
): { run(argv: readonly string[]): Promise<number> } {
  let exitCode = 0
  const configure = (commander: Commander) =>
    commander
      .exitOverride()
      .configureOutput({
        writeOut: (text) => stdout.write(text),
        // What is wrong with a command line is told with all other failures.
        writeErr: () => {},
      })
      .configureHelp({ boxWrap: wrapProse })
      .helpCommand(false)

  const add = (commander: Commander, command: CommandSpec) => {
    configure(commander)
      .summary(command.summary)
      .description(command.description ?? command.summary)
    addGlobalHelp(commander)
    if (command.arguments) commander.arguments(command.arguments)
    for (const option of command.options) commander.addOption(toOption(option))
    for (const inner of command.commands ?? []) add(commander.command(inner.name), inner)
    const { load } = command
    if (load === undefined) return askForCommand(commander, `${spec.name} ${command.name}`)
    commander.action(async () => {
      const args = commander.args
      const { values, origins } = readOptions(command.options, commander, context)
      const { default: loaded } = await load()
      const outcome = await loaded.execute(context, args, values, origins)
      if (outcome.stdout !== '') stdout.write(context.json ? outcome.stdout : asTyped(outcome.stdout))
      exitCode = outcome.exitCode
    })
  }

  const program = new Commander(spec.name)
  if (spec.root) {
    add(program, { ...spec.root, description: spec.description ?? spec.summary, summary: spec.summary })
    // What stands behind a command is the command's, also where the program has an option of that name.
    program.enablePositionalOptions()
  } else {
    configure(program).description(spec.description ?? spec.summary)
    addGlobalHelp(program)
  }
  for (const command of spec.commands) add(program.command(command.name), command)
  if (!spec.root) askForCommand(program, spec.name)

  return {
    async run(argv) {
      if (asksForHelp(argv)) await assertCommandsExist(spec.name, spec, argv)
      await program.parseAsync([...argv], { from: 'user' })
      return exitCode
    },
  }
}

/** Lines that are indented stay as they are, to be copied; all others are filled up to the width as paragraphs. */
function wrapProse(this: Help, text: string, width: number): string {
  const paragraphs = text.replaceAll(/(?<=\S)\n(?=\S)/g, ' ')
  return paragraphs
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line : Help.prototype.boxWrap.call(this, line, width)))
    .join('\n')
}

/** A program or group that does nothing by itself: whoever calls it so, or with an unknown word, is told. */
function askForCommand(commander: Commander, name: string): void {
  commander.allowExcessArguments(true).action(async () => {
    const [word] = commander.args
    throw await commandFailure(name, word ? `has no command "${word}"` : 'needs a command')
  })
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--')
  const head = end === -1 ? argv : argv.slice(0, end)
  return head.includes('--help') || head.includes('-h')
}

/**
 * Fails with `usage` where a word names no command. Commander itself shows the help of the program, with exit code 0, to
 * whoever asks for that of a command which does not exist.
 */
async function assertCommandsExist(
  name: string,
  { root, load, commands = [] }: Partial<ProgramSpec & CommandSpec>,
  [word, ...more]: readonly string[],
): Promise<void> {
  const takesArguments = root !== undefined || load !== undefined
  if (word === undefined || word.startsWith('-')) return
  const named = commands.find((command) => command.name === word)
  if (named !== undefined) return assertCommandsExist(`${name} ${word}`, named, more)
  if (!takesArguments) throw await commandFailure(name, `has no command "${word}"`)
}

async function commandFailure(name: string, what: string): Promise<Error> {
  const { RbeeError } = await import('@rbee/schema')
  return new RbeeError('usage', `${name} ${what}`, { next: `see ${name} --help` })
}

function addGlobalHelp(commander: Commander): void {
  commander.addHelpText(
    'after',
    [
      '',
      'Everywhere:',
      '  --json      print one JSON value on stdout, nothing else; after a failure it holds',
      '              {"error": {"code", "message", "next"}}',
      '  --quiet     only warnings and errors on stderr',
      '  --no-color  no colours (also NO_COLOR)',
      '  --version   print the version',
      '',
      'Exit codes: 0 done, 1 failed, 2 usage, 3 nothing fits this host, 4 verification refused, 5 registry or',
      'network, 6 self-test failed, 7 licence needed or refused, 130 interrupted',
    ].join('\n'),
  )
}

function toOption(spec: OptionSpec): Option {
  const notes = [
    spec.variable && `variable: ${spec.variable}`,
    spec.default && `default: ${spec.default}`,
  ].filter(Boolean)
  const option = new Option(spec.flags, spec.description + (notes.length > 0 ? ` (${notes.join(', ')})` : ''))
  if (spec.repeatable)
    option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value])
  return option
}

/** Flag first, then variable, then default. */
function readOptions(
  specs: readonly OptionSpec[],
  commander: Commander,
  context: CommandContext,
): { values: OptionValues; origins: OptionOrigins } {
  const given: Record<string, string | boolean | readonly string[] | undefined> = { ...commander.opts() }
  const origins: Record<string, OptionOrigin> = {}
  for (const spec of specs) {
    const option = new Option(spec.flags)
    const name = option.attributeName()
    origins[name] = { name: option.long ?? option.flags, isVariable: false }
    if (given[name] !== undefined) continue
    const fromVariable = (spec.variable && context.env[spec.variable]) || undefined
    if (spec.variable && fromVariable !== undefined) origins[name] = { name: spec.variable, isVariable: true }
    const text = fromVariable ?? spec.default
    if (text === undefined) continue
    given[name] = spec.repeatable ? text.split(/\s+/).filter((part) => part !== '') : text
  }
  return { values: given, origins }
}
