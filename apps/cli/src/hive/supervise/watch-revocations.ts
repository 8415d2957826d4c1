import type { Revocation, WorkerId } from '@rbee/schema'
import type { RevocationGuard } from '../revocations/guard.ts'
import type { Supervisor } from './supervisor.ts'

/** What becomes of a worker that runs and whose release is quarantined. */
export interface QuarantinePolicy {
  readonly action: 'warn' | 'stop'
  /** How often it is looked at, in milliseconds. */
  readonly checkEveryMs: number
}

/** A user who runs one for months hears of it within this time. */
export const CHECK_EVERY_MS = 15 * 60_000
/** Requests that are under way may take so long to finish. */
const GRACE_MS = 30_000

interface Watched {
  readonly id: WorkerId
  readonly guard: RevocationGuard
  readonly quarantine: QuarantinePolicy
  readonly signal: AbortSignal
  readonly tell: (line: string) => void
}

/**
 * Looks now and then whether the release of a running worker was quarantined meanwhile, and says so once; ends the worker
 * where that is wanted. Whether a worker that serves may be cut off is for its user to decide.
 */
export function watchRevocations(
  { id, guard, quarantine, signal, tell }: Watched,
  supervisor: Supervisor,
): { stop(): void } {
  let told: string | null = null
  const look = async () => {
    const { build } = supervisor.snapshot()
    const revocation = await guard.findRevocation(id, build)
    const now = revocation === null ? null : `${build.build} ${revocation.reason}`
    if (revocation !== null && now !== told) {
      tell(describe(id, build.version, revocation, quarantine.action))
      if (quarantine.action === 'stop') void supervisor.stop(GRACE_MS)
    }
    told = now
  }
  const timer = setInterval(() => {
    // An interruption ends the question, and soon the worker.
    look().catch((error: unknown) => signal.aborted || tell(String(error)))
  }, quarantine.checkEveryMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

function describe(
  id: WorkerId,
  version: string,
  { reason }: Revocation,
  action: QuarantinePolicy['action'],
): string {
  const cure =
    action === 'stop'
      ? 'it is stopped'
      : `take another release with: rbee-hive update ${id}; or stop it with: rbee-hive stop ${id}`
  return `${id} ${version} is quarantined: ${reason}; ${cure}`
}
