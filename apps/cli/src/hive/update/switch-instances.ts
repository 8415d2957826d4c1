import { once } from 'node:events'
import { RbeeError, type WorkerId } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import { type InstanceRecord, listInstances } from '../instances.ts'
import { switchInstance } from '../supervise/control-client.ts'

export interface SwitchSettings {
  /** End the old process before the new one starts, for machines that cannot hold both. */
  readonly restart: boolean
  readonly readyTimeoutMs: number
  readonly drainTimeoutMs: number
}

/** What became of one instance. */
export interface SwitchedInstance {
  readonly name: string
  readonly from: string
  /** Requests that had to be cut off because they took too long; null when nobody waited for the end. */
  readonly cut_requests: number | null
}

/** Tells people how far it is. */
type Told = (line: string) => void

/**
 * Lets every running instance of a worker change to another build, one after the other. `decided` is awaited when all of
 * them serve it, while the old processes still finish their requests. When one does not get ready, those that have
 * changed go back.
 *
 * Fails with what the instance fails with.
 *
 * @param back the build that instances return to.
 */
export async function switchInstances(
  { home, id, to, back }: { home: HiveHome; id: WorkerId; to: InstalledBuild; back: InstalledBuild },
  settings: SwitchSettings,
  signal: AbortSignal,
  tell: Told,
  decided: () => Promise<void>,
): Promise<SwitchedInstance[]> {
  const instances = (await listInstances(home)).sound.filter(
    ({ instance }) => instance.id === id && instance.build !== to.build,
  )
  const changed: Changed[] = []
  try {
    for (const record of instances) {
      const { name, version, variant } = record.instance
      const how = settings.restart ? 'in place of' : 'beside'
      tell(`${name}: starting ${to.version} (${to.variant}) ${how} ${version} (${variant})`)
      const { switched, drained } = begin(record, to, settings, signal)
      if (!(await unlessStopped(switched))) {
        tell(`${name} was stopped meanwhile`)
        continue
      }
      tell(`${name}: new requests go to ${to.version}; ${version} finishes those it has`)
      changed.push({ record, drained })
    }
    await decided()
  } catch (error) {
    for (const { record } of changed) await goBack(record, back, settings, tell)
    throw error
  }
  return Promise.all(changed.map(({ record, drained }) => describe(record, drained, signal)))
}

interface Changed {
  readonly record: InstanceRecord
  readonly drained: Promise<{ cut: number }>
}

/** Who stops a worker while it is updated gets what they asked for. */
async function unlessStopped(switched: Promise<void>): Promise<boolean> {
  try {
    await switched
    return true
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'not_running') return false
    throw error
  }
}

async function goBack(
  record: InstanceRecord,
  back: InstalledBuild,
  settings: SwitchSettings,
  tell: Told,
): Promise<void> {
  tell(`${record.instance.name}: going back to ${back.version} (${back.variant})`)
  try {
    await begin(record, back, settings, new AbortController().signal).switched
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    tell(`${record.instance.name}: ${error.message}`)
  }
}

/** Waits for the end of the old process; who is interrupted meanwhile has what was wanted all the same. */
async function describe(
  { instance }: InstanceRecord,
  drained: Promise<{ cut: number }>,
  signal: AbortSignal,
): Promise<SwitchedInstance> {
  const interrupted = signal.aborted ? Promise.resolve(null) : once(signal, 'abort').then(() => null)
  const end = await Promise.race([drained, interrupted])
  return { name: instance.name, from: instance.version, cut_requests: end?.cut ?? null }
}

/** Settles in two steps: when the new build serves, and when the old one has gone. */
function begin(
  record: InstanceRecord,
  build: InstalledBuild,
  { restart, readyTimeoutMs, drainTimeoutMs }: SwitchSettings,
  signal: AbortSignal,
): { switched: Promise<void>; drained: Promise<{ cut: number }> } {
  const order = { build, restart, ready_timeout_ms: readyTimeoutMs, drain_timeout_ms: drainTimeoutMs }
  let tell = () => {}
  const told = new Promise<void>((resolve) => {
    tell = resolve
  })
  // Once it serves, there is no way back by going away: the old process is left to finish.
  const untilItServes = new AbortController()
  const giveUp = () => untilItServes.abort(signal.reason)
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  void told.then(() => signal.removeEventListener('abort', giveUp))
  const drained = switchInstance(record, order, untilItServes.signal, tell)
  drained.catch(() => {})
  return { switched: Promise.race([told, drained.then(() => {})]), drained }
}
