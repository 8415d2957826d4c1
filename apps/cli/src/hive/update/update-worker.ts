import { type InstallPlan, variantNameSchema, type WorkerId } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import { type InstallSurroundings, install, type Transfer } from '../install.ts'
import {
  activatePlaced,
  type InstalledBuild,
  placeCandidate,
  requireInstalled,
  tidyBuilds,
} from '../installed.ts'
import { listInstances } from '../instances.ts'
import { clearLeftoversOfWorker } from '../leftovers.ts'
import { withLock } from '../lock.ts'
import { findOtherBuilds } from '../other-build.ts'
import { homeLock, type LockedWorker } from '../rbee-lock/rbee-lock.ts'
import { type Asked, rememberInstall } from '../rbee-lock/remember-install.ts'
import { planUpdate, type UpdateQuestion } from './plan-update.ts'
import { type SwitchedInstance, type SwitchSettings, switchInstances } from './switch-instances.ts'

/** A build in a few words. */
export type BuildName = Pick<InstalledBuild, 'version' | 'variant'>

export interface UpdateResult {
  readonly worker: WorkerId
  /** `planned` after a dry run. */
  readonly status: 'updated' | 'current' | 'planned'
  readonly from: BuildName
  readonly to: BuildName
  readonly reason: string
  /** What was installed, or would be; null when there is nothing to install. */
  readonly plan: InstallPlan | null
  /** What was downloaded for it; null when nothing was. */
  readonly transfer: Transfer | null
  /** Running instances that changed to it, or would. */
  readonly instances: readonly SwitchedInstance[]
}

export interface UpdateSettings extends SwitchSettings {
  readonly dryRun: boolean
}

const NOTHING_ASKED = { version: null, variant: null }
/** Two that update the same worker see each other's attempts for so long, before one of them is told. */
const BUSY_AFTER_MS = 1_000

/** Does something that replaces the active build. Fails with `busy` where another process does already. */
export function withUpdateLock<Result>(
  home: HiveHome,
  worker: WorkerId,
  work: () => Promise<Result>,
): Promise<Result> {
  return withLock(home, { update: worker }, work, BUSY_AFTER_MS)
}

/**
 * Installs the newest release of a worker beside what is there, lets running instances change to it without losing a
 * request, and makes it the active one. Whatever fails or is interrupted before all of them serve it leaves everything
 * as it was.
 *
 * Fails as {@link planUpdate} and {@link install} do, with `start_failed`, or with `busy`.
 */
export async function updateWorker(
  question: UpdateQuestion,
  settings: UpdateSettings,
  surroundings: InstallSurroundings,
): Promise<UpdateResult> {
  const { home, worker } = question
  await tellOtherBuilds(question, surroundings)
  if (settings.dryRun) return describePlan(question)
  return withUpdateLock(home, worker.id, async () => {
    await clearLeftoversOfWorker(home, worker.id)
    const fresh = { ...question, worker: await requireInstalled(home, worker.id) }
    const { active } = fresh.worker
    const planned = await planUpdate(fresh)
    const about = { worker: worker.id, from: named(active), transfer: null }
    if (planned.kind === 'current') {
      const instances = await changeInstances(fresh, active, settings, surroundings, async () => {})
      await tidyBuilds(home, worker.id)
      const status = instances.length > 0 ? 'updated' : 'current'
      return { ...about, status, to: named(active), reason: planned.reason, plan: null, instances }
    }
    let instances: SwitchedInstance[] = []
    const result = await install(planned.request, surroundings, async (staged, build) => {
      const candidate = await placeCandidate(home, worker.id, staged, build)
      try {
        const decided = () => activatePlaced(home, worker.id, build)
        instances = await changeInstances(fresh, build, settings, surroundings, decided)
      } finally {
        await candidate.release()
      }
    })
    const asked = question.auto ? NOTHING_ASKED : sameVariant(active)
    const { release, registry } = planned.request
    const remembered = { path: homeLock(home), home, release, installed: result.installed, registry, asked }
    await rememberInstall(remembered, surroundings.terminal)
    const { status: _, installed, folder: __, self_test_milliseconds: ___, transfer, ...plan } = result
    return {
      ...about,
      transfer,
      status: 'updated',
      to: named(installed),
      reason: plan.reason,
      plan,
      instances,
    }
  })
}

/** An update keeps the variant of this machine. Where that was left to the program before, other machines still choose theirs. */
function sameVariant({ variant }: InstalledBuild): (before: LockedWorker | null) => Asked {
  const asked = { version: null, variant: variantNameSchema.parse(variant) }
  return (before) => (before !== null && before.policy.variant === null ? NOTHING_ASKED : asked)
}

/** Those of an earlier update that was killed among them: this one brings all to one build. */
async function tellOtherBuilds(
  { home, worker }: UpdateQuestion,
  { terminal }: InstallSurroundings,
): Promise<void> {
  const running = (await listInstances(home)).sound.map(({ instance }) => instance)
  for (const { message } of findOtherBuilds([worker], running)) terminal.info(message)
}

/** What an update would do, without doing anything. */
async function describePlan(question: UpdateQuestion): Promise<UpdateResult> {
  const { home, worker } = question
  const { id, active } = worker
  const planned = await planUpdate(question)
  const running = (await listInstances(home)).sound
    .map(({ instance }) => instance)
    .filter((one) => one.id === id)
  const instancesOf = (list: typeof running) =>
    list.map(({ name, version }) => ({ name, from: version, cut_requests: null }))
  const about = { worker: id, from: named(active), transfer: null }
  if (planned.kind === 'current') {
    const behind = running.filter(({ build }) => build !== active.build)
    const status = behind.length > 0 ? 'planned' : 'current'
    return {
      ...about,
      status,
      to: named(active),
      reason: planned.reason,
      plan: null,
      instances: instancesOf(behind),
    }
  }
  const { plan } = planned
  const to = { version: plan.version, variant: plan.variant ?? active.variant }
  return { ...about, status: 'planned', to, reason: plan.reason, plan, instances: instancesOf(running) }
}

function changeInstances(
  { home, worker }: UpdateQuestion,
  to: InstalledBuild,
  settings: SwitchSettings,
  { signal, terminal }: InstallSurroundings,
  decided: () => Promise<void>,
): Promise<SwitchedInstance[]> {
  const places = { home, id: worker.id, to, back: worker.active }
  return switchInstances(places, settings, signal, (line) => terminal.step(line), decided)
}

function named({ version, variant }: BuildName): BuildName {
  return { version, variant }
}
