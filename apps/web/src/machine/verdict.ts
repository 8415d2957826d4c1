import { planInstall } from '@rbee/resolver'
import type { HostProfile, InstallPlan, Rejection, ReleaseDocument } from '@rbee/schema'

/** What is said of a worker on a machine. */
export interface Verdict {
  /** `unknown` where the profile does not hold what decides. */
  readonly runs: 'yes' | 'no' | 'unknown'
  /** `Runs on this machine`. */
  readonly headline: string
  /** The variant that would be installed; null where none fits. */
  readonly variant: string | null
  readonly reason: string
  readonly plan: InstallPlan
}

/** What the resolver says of a need of which the profile holds nothing. */
const UNKNOWN = 'unknown'
const OF_THE_GPU: readonly string[] = ['no_gpu', 'gpu_vendor']
/** These say nothing of the machine's parts: other reasons are more telling. */
const OF_THE_PLATFORM: readonly string[] = ['os', 'arch', 'no_artifact']

/**
 * Whether the latest release of a worker runs on a machine, as `rbee-hive install` would decide there.
 *
 * @param isPartial whether the profile comes from a browser, which may name one GPU of several or none.
 */
export function verdictOn(
  release: ReleaseDocument,
  profile: HostProfile,
  registry: string,
  { isPartial = false } = {},
): Verdict {
  const fromSource = !release.distribution.binary_available
  const plan = planInstall({ release, profile, registry, fromSource })
  if (plan.variant !== null) {
    const headline = fromSource ? 'Can be built on this machine' : 'Runs on this machine'
    return { runs: 'yes', headline, variant: plan.variant, reason: plan.reason, plan }
  }
  const open = plan.rejected.find(
    ({ have, code }) => have === UNKNOWN || (isPartial && OF_THE_GPU.includes(code)),
  )
  if (open !== undefined) {
    const headline = 'May run on this machine'
    return { runs: 'unknown', headline, variant: null, reason: open.reason, plan }
  }
  const reason = mostTelling(plan.rejected)?.reason ?? plan.reason
  return { runs: 'no', headline: 'Does not run on this machine', variant: null, reason, plan }
}

/** Why none of them fits: the reason of the variant that came furthest. */
function mostTelling(rejected: readonly Rejection[]): Rejection | undefined {
  return rejected.find(({ code }) => !OF_THE_PLATFORM.includes(code)) ?? rejected[0]
}
