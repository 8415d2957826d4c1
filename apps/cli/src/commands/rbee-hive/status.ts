import { z } from 'zod'
import { meansInstalled } from '../../hive/address.ts'
import { tellDamage } from '../../hive/damaged-file.ts'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId, requireInstalled } from '../../hive/installed.ts'
import { instanceHealth } from '../../hive/instance-health.ts'
import { type Instance, type InstanceRecord, listInstances } from '../../hive/instances.ts'
import { askState } from '../../hive/supervise/control-client.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { formatDuration } from '../../program/terminal.ts'

/** An instance as `status` shows it. */
interface Shown extends Instance {
  /** Null when it has no health address. */
  readonly healthy: boolean | null
  readonly uptime_seconds: number
}

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [name], options) {
    const only = name === undefined ? null : parseWorkerId(name)
    const home = hiveHome(options.home, context.cwd)
    const { sound: running, damaged: unreadable } = await listInstances(home)
    const wanted =
      only === null
        ? running
        : running.filter(({ instance }) => instance.name === only || meansInstalled(only, instance))
    const meant = unreadable.find(({ name }) => name === only)
    if (meant && wanted.length === 0) throw meant.error
    const damaged = tellDamage(only === null ? unreadable : [], context.terminal)
    // What is neither running nor installed is a word that was mistyped.
    if (only !== null && wanted.length === 0) await requireInstalled(home, only)
    return { workers: await Promise.all(wanted.map((record) => look(record, context.clock()))), damaged }
  },

  view({ workers, damaged }, { clock }) {
    if (workers.length === 0 && damaged.length > 0) return ''
    if (workers.length === 0) return 'none is running'
    return table(
      ['WORKER', 'VERSION', 'VARIANT', 'PROCESS', 'UP', 'HEALTH', 'ADDRESS'],
      workers.map((worker) => [
        worker.name === worker.id ? worker.id : `${worker.name} (${worker.id})`,
        worker.version,
        worker.variant,
        String(worker.pid ?? '-'),
        worker.state === 'crashed' ? '-' : formatDuration(worker.uptime_seconds),
        describeHealth(worker, clock()),
        worker.url ?? '-',
      ]),
    )
  },
})

async function look(record: InstanceRecord, now: number): Promise<Shown> {
  const instance = await askState(record)
  const uptime = instance.state === 'crashed' ? 0 : (now - Date.parse(instance.started_at)) / 1000
  return { ...instance, healthy: await instanceHealth(instance, record), uptime_seconds: Math.floor(uptime) }
}

function describeHealth({ state, healthy, restarts, last_exit, next_try_at }: Shown, now: number): string {
  switch (state) {
    case 'starting':
    case 'stopping':
      return state
    case 'crashed': {
      const why = last_exit === null ? '' : ` (${last_exit.message})`
      const wait = next_try_at === null ? 0 : Math.max(0, (Date.parse(next_try_at) - now) / 1000)
      return `crashed${why}, restart ${restarts + 1} in ${formatDuration(wait)}`
    }
    case 'running': {
      const health = healthy === null ? 'unknown' : healthy ? 'healthy' : 'not answering'
      return restarts === 0 ? health : `${health}, restarted ${restarts === 1 ? 'once' : `${restarts} times`}`
    }
  }
}
