import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError, type WorkerId } from '@rbee/schema'
import type { Terminal } from '../../program/terminal.ts'
import type { HiveHome } from '../home.ts'
import { activatePlaced, type InstalledBuild, requireInstalled } from '../installed.ts'
import { clearLeftoversOfWorker } from '../leftovers.ts'
import { forgetInstall } from '../rbee-lock/remember-install.ts'
import type { RevocationGuard } from '../revocations/guard.ts'
import { type SwitchedInstance, type SwitchSettings, switchInstances } from './switch-instances.ts'
import { type BuildName, withUpdateLock } from './update-worker.ts'

export interface RollbackResult {
  readonly worker: WorkerId
  readonly from: BuildName
  readonly to: BuildName
  readonly instances: readonly SwitchedInstance[]
}

/**
 * Makes the build before the active one active again, and the active one the build before: doing it twice changes
 * nothing. Running instances change as they do in an update.
 *
 * Fails with `not_installed`, `no_previous_build`, `quarantined`, `start_failed` or `busy`.
 */
export async function rollBack(
  home: HiveHome,
  text: string | undefined,
  settings: SwitchSettings,
  { terminal, signal, guard }: { terminal: Terminal; signal: AbortSignal; guard: RevocationGuard },
): Promise<RollbackResult> {
  const { id } = await requireInstalled(home, text)
  return withUpdateLock(home, id, async () => {
    await clearLeftoversOfWorker(home, id)
    const { active, previous } = await requireInstalled(home, id)
    if (previous === null || !(await isThere(home, id, previous))) {
      throw new RbeeError('no_previous_build', `${id} ${active.version} is the only build that is here`, {
        next: `install another version with: rbee-hive install ${id}@VERSION`,
      })
    }
    await assertMayStart(guard, id, previous)
    const instances = await switchInstances(
      { home, id, to: previous, back: active },
      settings,
      signal,
      (line) => terminal.step(line),
      () => activatePlaced(home, id, previous),
    )
    await forgetInstall(home, id, terminal)
    const name = ({ version, variant }: InstalledBuild) => ({ version, variant })
    return { worker: id, from: name(active), to: name(previous), instances }
  })
}

/** What is said of a build that may not start leads back to the one before; here that is the very build which may not. */
async function assertMayStart(guard: RevocationGuard, id: WorkerId, build: InstalledBuild): Promise<void> {
  try {
    await guard.assertMayStart(id, build)
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'quarantined') throw error
    const next = `keep the active one, or take another release with: rbee-hive update ${id}`
    throw new RbeeError('quarantined', error.message, { next, details: error.details, cause: error })
  }
}

async function isThere(home: HiveHome, id: WorkerId, { build }: InstalledBuild): Promise<boolean> {
  try {
    await access(join(home.worker(id).builds, build, 'bin'))
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}
