import { compareVersions, type ErrorCode, RbeeError, type Version, versionSchema } from '@rbee/schema'
import { z } from 'zod'
import { type ChosenRelease, chooseRelease } from '../../hive/choose-release.ts'
import { tellDamage } from '../../hive/damaged-file.ts'
import { hiveHome } from '../../hive/home.ts'
import { type InstalledWorker, listInstalled } from '../../hive/installed.ts'
import { verifiedConnections } from '../../hive/trust/connect-verified.ts'
import { trustOptions } from '../../hive/trust/trust-options.ts'
import { type CommandContext, command } from '../../program/command.ts'
import { EXIT, exitCodeOf } from '../../program/exit-codes.ts'
import { table } from '../../program/table.ts'
import { mirrorOptions, overMirrors } from '../../registry/mirrors.ts'

interface Standing {
  readonly worker: string
  readonly installed: string
  readonly variant: string
  /** Null where the registry does not say. */
  readonly latest: Version | null
  readonly outdated: boolean
  /** When the latest was published, RFC 3339. */
  readonly published_at: string | null
  /** Why the registry does not say, or null. */
  readonly problem: string | null
  readonly problem_code: ErrorCode | null
}

export default command({
  options: z.object({ home: z.string(), registry: z.string().optional(), ...trustOptions, ...mirrorOptions }),

  async run(context, _args, options) {
    const home = hiveHome(options.home, context.cwd)
    const connect = verifiedConnections(context, home, options)
    const { sound, damaged } = await listInstalled(home)
    tellDamage(damaged, context.terminal)
    const workers: Standing[] = []
    for (const worker of sound) {
      const registry = options.registry ?? worker.active.registry
      const newest = (through: CommandContext) =>
        connect(registry, through).then(({ client }) => chooseRelease(client, worker.id, null))
      workers.push(await standingOf(worker, () => overMirrors(context, options.mirror, newest), context))
    }
    return { workers }
  },

  view({ workers }) {
    const behind = workers.filter(({ outdated, problem }) => outdated || problem !== null)
    if (workers.length === 0) return 'nothing is installed'
    if (behind.length === 0) return 'every installed worker is at its newest release'
    const rows = behind.map(({ worker, installed, variant, latest, published_at: at, problem }) => [
      worker,
      `${installed} (${variant})`,
      latest ?? `unknown: ${problem}`,
      at?.slice(0, 10) ?? '',
    ])
    return `${table(['WORKER', 'INSTALLED', 'LATEST', 'PUBLISHED'], rows)}\nupdate with: rbee-hive update --all`
  },

  // A registry that is away is no news; one that is not what it was is.
  exitCode: ({ workers }) =>
    workers.some(({ problem_code: code }) => code !== null && exitCodeOf(code) === EXIT.refused)
      ? EXIT.refused
      : EXIT.done,
})

/** One registry that does not answer keeps nobody from hearing of the others' workers. */
async function standingOf(
  { id, active }: InstalledWorker,
  newest: () => Promise<ChosenRelease>,
  context: CommandContext,
): Promise<Standing> {
  const about = { worker: id, installed: active.version, variant: active.variant }
  try {
    const { release } = await newest()
    const outdated = compareVersions(release.version, versionSchema.parse(active.version)) > 0
    const { version: latest, published_at } = release
    return { ...about, latest, outdated, published_at, problem: null, problem_code: null }
  } catch (error) {
    if (context.signal.aborted || !(error instanceof RbeeError)) throw error
    const unknown = { latest: null, outdated: false, published_at: null }
    return { ...about, ...unknown, problem: error.message, problem_code: error.code }
  }
}
