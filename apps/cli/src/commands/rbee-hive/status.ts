import { z } from 'zod'
import { meansInstalled } from '../../hive/address.ts'
import { tellDamage } from '../../hive/damaged-file.ts'
import { hiveHome } from '../../hive/home.ts'
import { listInstalled, parseWorkerId, requireInstalled } from '../../hive/installed.ts'
import { instanceHealth } from '../../hive/instance-health.ts'
import { type FoundInstance, type Instance, surveyInstances } from '../../hive/instances.ts'
import { cureOfLeftovers, leftoversOf } from '../../hive/leftovers.ts'
import { findOtherBuilds } from '../../hive/other-build.ts'
import { revokedInstances } from '../../hive/revocations/revoked-instances.ts'
import { askState } from '../../hive/supervise/control-client.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { formatDuration } from '../../program/terminal.ts'

/** An instance as `status` shows it. */
interface Shown extends Omit<Instance, 'state'> {
  /** `leftover`: what watched over it was killed, and nobody reaches it any more. */
  readonly state: Instance['state'] | 'leftover'
  /** Null when it has no health address. */
  readonly healthy: boolean | null
  readonly uptime_seconds: number
  /** Why its release may not run any more, as the list says that is kept here; null where nothing is known against it. */
  readonly quarantined: string | null
  /** The process groups that a killed supervisor left running. */
  readonly left_running: readonly number[]
}

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [name], options) {
    const only = name === undefined ? null : parseWorkerId(name)
    const home = hiveHome(options.home, context.cwd)
    const { sound: running, damaged: unreadable } = await surveyInstances(home)
    const wanted =
      only === null
        ? running
        : running.filter(
            ({ record: { instance } }) => instance.name === only || meansInstalled(only, instance),
          )
    const meant = unreadable.find(({ name }) => name === only)
    if (meant && wanted.length === 0) throw meant.error
    const damaged = tellDamage(only === null ? unreadable : [], context.terminal)
    // What is neither running nor installed is a word that was mistyped.
    if (only !== null && wanted.length === 0) await requireInstalled(home, only)
    const supervised = wanted.flatMap(({ record, supervised }) => (supervised ? [record.instance] : []))
    const installed = (await listInstalled(home)).sound
    const others = findOtherBuilds(installed, supervised)
    const revocations = await revokedInstances(home, installed, supervised)
    const workers = (await Promise.all(wanted.map((found) => look(found, context.clock())))).map(
      (worker) => ({
        ...worker,
        runs_active_build: others.every(({ instance }) => instance.name !== worker.name),
        quarantined: revocations.get(worker.name)?.reason ?? null,
      }),
    )
    for (const { name, id, version, quarantined } of workers.filter((one) => one.quarantined !== null))
      context.terminal.warn(
        `${name} runs ${version}, which is quarantined: ${quarantined}; take another release with: rbee-hive update ${id}; or stop it with: rbee-hive stop ${name}`,
      )
    for (const worker of workers.filter(({ state }) => state === 'leftover'))
      context.terminal.warn(`what watched over ${worker.name} was killed; ${cureOfLeftovers(worker)}`)
    for (const { message, next } of others) context.terminal.warn(`${message}; ${next}`)
    return { workers, damaged }
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
        isDown(worker) ? '-' : formatDuration(worker.uptime_seconds),
        describeHealth(worker, clock()),
        worker.url ?? '-',
      ]),
    )
  },
})

async function look({ record, supervised }: FoundInstance, now: number): Promise<Omit<Shown, 'quarantined'>> {
  if (!supervised) return lookAtLeftover(record)
  const instance = await askState(record)
  const uptime = instance.state === 'crashed' ? 0 : (now - Date.parse(instance.started_at)) / 1000
  return {
    ...instance,
    healthy: await instanceHealth(instance, record),
    uptime_seconds: Math.floor(uptime),
    left_running: [],
  }
}

/** Only says what is left: ending it is up to commands that change something. */
async function lookAtLeftover(record: FoundInstance['record']): Promise<Omit<Shown, 'quarantined'>> {
  const left = await leftoversOf(record)
  const { instance } = record
  return {
    ...instance,
    state: 'leftover',
    pid: left.find((pid) => pid === instance.pid) ?? null,
    next_try_at: null,
    healthy: instance.health_url === null ? null : false,
    uptime_seconds: 0,
    left_running: left,
  }
}

const isDown = ({ state }: Pick<Shown, 'state'>) => state === 'crashed' || state === 'leftover'

function describeHealth(worker: Shown, now: number): string {
  const { state, healthy, restarts, last_exit, next_try_at, left_running } = worker
  switch (state) {
    case 'leftover':
      return left_running.length === 0
        ? 'killed with its supervisor'
        : `its supervisor was killed, process ${left_running.join(', ')} was left`
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
