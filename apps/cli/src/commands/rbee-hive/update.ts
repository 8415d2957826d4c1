import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { cooldownOf } from '../../hive/cooldown-options.ts'
import { tellDamage } from '../../hive/damaged-file.ts'
import { hiveHome } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import { type InstalledWorker, listInstalled, requireInstalled } from '../../hive/installed.ts'
import { revocationGuard } from '../../hive/revocations/guard.ts'
import { verifiedConnections } from '../../hive/trust/connect-verified.ts'
import { trustOptions, trustSettings } from '../../hive/trust/trust-options.ts'
import { switchOptions, switchSettings } from '../../hive/update/switch-options.ts'
import { type UpdateResult, updateWorker } from '../../hive/update/update-worker.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { timeOption } from '../../program/option-values.ts'
import { mirrorOptions, overMirrors } from '../../registry/mirrors.ts'

const optionsSchema = z.object({
  home: z.string(),
  /** Without one, each worker's own: another registry's worker of that name may be somebody else's. */
  registry: z.string().optional(),
  all: z.boolean().default(false),
  auto: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  cooldown: timeOption(),
  now: z.boolean().default(false),
  license: z.string().optional(),
  hostProfile: z.string().optional(),
  ...switchOptions,
  ...trustOptions,
  ...mirrorOptions,
})

/** What became of one of several workers. */
type Outcome = { readonly result: UpdateResult } | { readonly worker: string; readonly error: RbeeError }

export default command({
  options: optionsSchema,

  async run(given, ids, options): Promise<{ workers: UpdateResult[] }> {
    const { license = given.env.RBEE_LICENSE_TOKEN } = options
    const context = { ...given, env: { ...given.env, RBEE_LICENSE_TOKEN: license } }
    const home = hiveHome(options.home, context.cwd)
    const outcomes: Outcome[] = []
    const workers = await chooseWorkers(
      ids,
      options.all,
      async () => {
        const { sound, damaged } = await listInstalled(home)
        tellDamage(damaged, context.terminal)
        outcomes.push(...damaged.map(({ name, error }) => ({ worker: name, error })))
        return sound
      },
      (id) => requireInstalled(home, id),
    )
    const { hostProfile: file } = options
    const connect = verifiedConnections(context, home, trustSettings(options))
    const profile = await loadHostProfile({ file, cwd: context.cwd, env: context.env, home: home.root })
    for (const worker of workers) {
      const update = async (through: CommandContext) => {
        const registry = await connect(options.registry ?? worker.active.registry, through)
        const warn = (line: string) => context.terminal.warn(line)
        const guard = revocationGuard(home, { ...through, warn, readOnly: options.dryRun })
        const question = {
          worker,
          home,
          profile,
          registry: registry.url,
          client: registry.client,
          list: await guard.listOf(registry.url),
          auto: options.auto,
          cooldown: cooldownOf(options, home, context),
        }
        const settings = { ...switchSettings(options), dryRun: options.dryRun }
        const { env, terminal, signal, clock } = context
        const { fetch, fetchBytes, vouch, takeSeat } = registry
        const surroundings = { env, terminal, signal, clock, fetch, fetchBytes, vouch, takeSeat }
        return updateWorker(question, settings, surroundings)
      }
      outcomes.push(await attempt(worker, () => overMirrors(context, options.mirror, update), context))
    }
    return { workers: resultsOf(outcomes) }
  },

  view: ({ workers }, { terminal }) =>
    workers.length === 0
      ? 'nothing is installed'
      : workers.map((result) => describe(result, terminal.colors.green('✓'))).join('\n'),
})

async function chooseWorkers(
  ids: readonly string[],
  all: boolean,
  everything: () => Promise<readonly InstalledWorker[]>,
  one: (id: string) => Promise<InstalledWorker>,
): Promise<readonly InstalledWorker[]> {
  if (all === ids.length > 0) {
    throw new RbeeError('usage', all ? '--all does not go with the names of workers' : 'which workers?', {
      next: 'name them, or say --all',
    })
  }
  return all ? everything() : Promise.all(ids.map(one))
}

/** One worker's failure does not keep the others from being updated; an interruption does. */
async function attempt(
  worker: InstalledWorker,
  update: () => Promise<UpdateResult>,
  { signal, terminal }: CommandContext,
): Promise<Outcome> {
  try {
    return { result: await update() }
  } catch (error) {
    if (signal.aborted || !(error instanceof RbeeError)) throw error
    terminal.warn(`${worker.id} stays at ${worker.active.version}: ${error.message}`)
    return { worker: worker.id, error }
  }
}

/** Fails with the first failure; what became of the others is in its details. */
function resultsOf(outcomes: readonly Outcome[]): UpdateResult[] {
  const failures = outcomes.flatMap((outcome) => ('error' in outcome ? [outcome.error] : []))
  const [first] = failures
  if (first === undefined) return outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []))
  const workers = outcomes.map((outcome) => {
    if ('result' in outcome) return outcome.result
    const { code, message, next } = outcome.error
    return { worker: outcome.worker, status: 'failed', error: { code, message, next } }
  })
  const message =
    outcomes.length === 1
      ? first.message
      : `${failures.length} of ${outcomes.length} updates failed: ${first.message}`
  throw new RbeeError(first.code, message, {
    next: first.next,
    details: { ...first.details, workers },
    cause: first,
  })
}

function describe({ worker, status, from, to, reason, instances }: UpdateResult, tick: string): string {
  const running = instances.map(({ name }) => name).join(', ')
  const change = `${worker} ${from.version} (${from.variant}) → ${to.version} (${to.variant})`
  switch (status) {
    case 'current':
      return `${worker}: ${reason}`
    case 'planned':
      return `${change}${running === '' ? '' : `; running: ${running}`}\n  ${reason}`
    case 'updated': {
      const cut = instances.reduce((sum, instance) => sum + (instance.cut_requests ?? 0), 0)
      const lost = cut === 0 ? '' : `; ${cut} requests took too long and were cut off`
      const told = running === '' ? '' : `; it serves already: ${running}${lost}`
      return `${tick} ${change}${told}\n  go back with: rbee-hive rollback ${worker}`
    }
  }
}
