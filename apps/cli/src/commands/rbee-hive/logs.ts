import { existsSync } from 'node:fs'
import { RbeeError, type WorkerId } from '@rbee/schema'
import { z } from 'zod'
import { meansInstalled } from '../../hive/address.ts'
import { type HiveHome, hiveHome } from '../../hive/home.ts'
import { parseWorkerId } from '../../hive/installed.ts'
import { findInstance, listInstances } from '../../hive/instances.ts'
import { followLog, linesOfPreviousProcess, readLogLines } from '../../hive/supervise/read-log.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { harmless } from '../../program/harmless.ts'
import { numberOption } from '../../program/option-values.ts'

const optionsSchema = z.object({
  home: z.string(),
  follow: z.boolean().default(false),
  lines: numberOption({ min: 0, max: 1_000_000_000 }).optional(),
  previous: z.boolean().default(false),
  build: z.boolean().default(false),
})

export default command({
  options: optionsSchema,

  async run(context, [worker], options) {
    if (options.follow && (context.json || options.previous)) {
      throw new RbeeError('usage', `--follow does not go with ${context.json ? '--json' : '--previous'}`)
    }
    if (options.build && (options.follow || options.previous)) {
      throw new RbeeError('usage', `--build does not go with ${options.follow ? '--follow' : '--previous'}`)
    }
    const home = hiveHome(options.home, context.cwd)
    const wantedId = parseWorkerId(worker)
    const { name, path } = options.build ? buildLogOf(home, wantedId) : await findLog(home, wantedId)
    if (options.follow) {
      await follow(context, home, name, path, options.lines)
      return { name, log: path, lines: [] }
    }
    const kept = await readLogLines(path, { older: !options.build })
    const wanted = options.previous ? linesOfPreviousProcess(kept) : kept
    const lines =
      options.lines === undefined ? wanted : wanted.slice(Math.max(0, wanted.length - options.lines))
    return { name, log: path, lines }
  },

  view: ({ lines }) => lines.join('\n'),

  exitCode: (_result, { signal }) => (signal.aborted ? EXIT.interrupted : EXIT.done),
})

/** Fails with `not_installed` where nothing was ever built. */
function buildLogOf(home: HiveHome, id: WorkerId): { name: string; path: string } {
  const path = home.buildLog(id)
  if (existsSync(path)) return { name: id, path }
  throw new RbeeError('not_installed', `no build of ${id} is on record here`, {
    next: `build it with: rbee-hive install ${id} --from source`,
  })
}

/** Where the instance that a user means writes, or wrote, what its worker prints. Fails with `not_running`. */
async function findLog(home: HiveHome, wanted: string): Promise<{ name: string; path: string }> {
  const running = (await listInstances(home)).sound.map(({ instance }) => instance)
  const named = running.find(({ name }) => name === wanted)
  const others = running.filter((instance) => meansInstalled(wanted, instance))
  const instance = named ?? (others.length === 1 ? others[0] : undefined)
  if (instance !== undefined && instance.log === null) {
    throw new RbeeError('not_running', `${instance.name} runs in the foreground and has no log`, {
      next: 'what it prints is in the terminal where it was started',
    })
  }
  const name = instance?.name ?? wanted
  const path = home.logFile(name)
  if (existsSync(path)) return { name, path }
  const names = others.map((other) => other.name)
  throw new RbeeError('not_running', `there is no log of ${wanted}`, {
    next:
      names.length > 0 ? `name one of: ${names.join(', ')}` : 'see what is running with: rbee-hive status',
  })
}

/** Until Ctrl-C, or until the instance is not there any more. */
async function follow(
  context: CommandContext,
  home: HiveHome,
  name: string,
  path: string,
  lines = 10,
): Promise<void> {
  const goesOn = async () => (await findInstance(home, name)) !== null
  try {
    for await (const text of followLog(path, lines, goesOn, context.signal)) context.print(harmless(text))
  } catch (error) {
    // Ctrl-C is how following ends; it is no failure to be told.
    if (!context.signal.aborted) throw error
  }
}
