import type { Candidate } from '../candidate.ts'
import { type Unmet, unmet } from '../unmet.ts'

/** A quarantined release may not run anywhere, even when its version was named. */
export function checkQuarantine({ release, variant }: Candidate): Unmet | null {
  if (release.quarantined === null) return null
  return {
    code: 'quarantined',
    need: 'a release that is not quarantined',
    have: release.quarantined,
    reason: `${variant.name} of version ${release.version} is quarantined: ${release.quarantined}`,
  }
}

/** A yanked release is only for who names its version. */
export function checkYank({ release, variant, allowYanked }: Candidate): Unmet | null {
  if (release.yanked === null || allowYanked) return null
  return {
    code: 'yanked',
    need: 'a release that is not yanked',
    have: release.yanked,
    reason: `${variant.name} of version ${release.version} was withdrawn: ${release.yanked}`,
  }
}

/** A variant whose self-test failed on this host is passed over. */
export function checkSelfTest({ variant, failedSelfTests }: Candidate): Unmet | null {
  const failed = failedSelfTests.find((failure) => failure.variant === variant.name)
  if (!failed) return null
  return {
    ...unmet({ code: 'self_test', variant: variant.name, need: 'a passing self-test', have: failed.reason }),
    reason: `${variant.name} failed its self-test on this host: ${failed.reason}`,
  }
}
