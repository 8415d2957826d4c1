import {
  compareVersions,
  type PlanWarning,
  type ReleaseDocument,
  type Version,
  type VersionsDocument,
  type WorkerId,
} from '@rbee/schema'
import { formatDuration } from '../program/terminal.ts'

/**
 * How old a release should be before a machine takes it by itself. What was published with a stolen token, or does not work, is
 * mostly found within days, by others.
 */
export interface Cooldown {
  readonly ageMs: number
  readonly clock: () => number
  /** The version that is installed, which nothing older replaces; null for none. */
  readonly installed: (worker: WorkerId) => Promise<Version | null>
}

type Listed = VersionsDocument['releases'][number]

/** Whether a release may be chosen by itself, and has anything to install. */
export function isInstallable({ yanked, quarantined, platforms }: Listed): boolean {
  return yanked === null && quarantined === null && platforms.length > 0
}

/** Confirmed fixes of security problems need not wait. */
export function isYoung(
  { published_at, security_fix }: Pick<Listed, 'published_at' | 'security_fix'>,
  { ageMs, clock }: Cooldown,
): boolean {
  return security_fix === null && clock() - Date.parse(published_at) < ageMs
}

/**
 * The newest release that is old enough, can be installed, and is not older than what is installed already. Null where there
 * is none, so that the newest is taken all the same.
 *
 * @param releases newest first
 */
export async function oldEnough(
  releases: readonly Listed[],
  newest: ReleaseDocument,
  cooldown: Cooldown,
): Promise<Version | null> {
  const installed = await cooldown.installed(newest.worker)
  const found = releases.find(
    (listed) =>
      isInstallable(listed) &&
      (newest.prerelease || !listed.prerelease) &&
      compareVersions(listed.version, newest.version) < 0 &&
      (installed === null || compareVersions(listed.version, installed) >= 0) &&
      !isYoung(listed, cooldown),
  )
  return found?.version ?? null
}

/** There is no other: the plan says how young it is. */
export function youngRelease(release: ReleaseDocument, cooldown: Cooldown): PlanWarning {
  return {
    code: 'young_release',
    message: `${ageOf(release, cooldown)}, and no older release can take its place`,
  }
}

/** The plan says what it passes over. */
export function heldBack(newest: ReleaseDocument, cooldown: Cooldown): PlanWarning {
  const wait = formatDuration(cooldown.ageMs / 1000)
  return {
    code: 'newer_held_back',
    message: `${ageOf(newest, cooldown)}, and is taken when it is ${wait} old, or with --now`,
  }
}

function ageOf({ worker, version, published_at }: ReleaseDocument, { clock }: Cooldown): string {
  const age = Math.max(0, clock() - Date.parse(published_at))
  return `${worker} ${version} was published ${formatDuration(age / 1000)} ago`
}
