import type { RegistryClient } from '@rbee/api-client'
import {
  compareVersions,
  type HostProfile,
  type InstallPlan,
  type PlanWarning,
  RbeeError,
  type ReleaseDocument,
  type Revocation,
  type Revocations,
  versionSchema,
} from '@rbee/schema'
import { chooseRelease } from '../choose-release.ts'
import type { Cooldown } from '../cooldown.ts'
import type { HiveHome } from '../home.ts'
import { type InstallRequest, isQuarantined, plan } from '../install.ts'
import type { InstalledWorker } from '../installed.ts'
import { revocationOf } from '../revocations/kept-list.ts'
import { markQuarantined } from '../revocations/mark-release.ts'

/** What an update of one worker would do. */
export type UpdatePlan =
  | { readonly kind: 'current'; readonly reason: string }
  | { readonly kind: 'newer'; readonly request: InstallRequest; readonly plan: InstallPlan }

export interface UpdateQuestion {
  readonly worker: InstalledWorker
  readonly home: HiveHome
  readonly profile: HostProfile
  readonly registry: string
  readonly client: RegistryClient
  /** What may not run, as far as it is known. */
  readonly list: Revocations | null
  /** Choose the variant anew instead of staying with the one that is installed. */
  readonly auto: boolean
  /** How old a release should be; null where its age does not matter. */
  readonly cooldown: Cooldown | null
}

/**
 * Looks for a newer release. The variant stays the one that is installed, because it is known to work here: a newer
 * release in which it does not fit is refused, and only `auto` lets another one be chosen. What is installed is never
 * replaced by something older, whatever the registry calls the latest.
 *
 * Fails with `registry_invalid`, `digest_mismatch`, `quarantined`, `nothing_fits`, or with what asking the registry
 * fails with.
 */
export async function planUpdate(question: UpdateQuestion): Promise<UpdatePlan> {
  const { worker, client, auto } = question
  const { active, id } = worker
  const { release: offered, warnings } = await chooseRelease(client, id, null, question.cooldown)
  const release = markQuarantined(offered, question.list)
  if (release.worker !== id) {
    throw new RbeeError(
      'registry_invalid',
      `${question.registry} answers with ${release.worker} when asked for ${id}`,
      {
        next: 'tell the operator of the registry',
      },
    )
  }
  const order = compareVersions(versionSchema.parse(release.version), versionSchema.parse(active.version))
  if (order < 0) {
    const revocation = question.list && revocationOf(question.list, { id, ...active })
    if (revocation !== null) throw onlyOlder(worker, release, revocation)
    return { kind: 'current', reason: `${active.version} is newer than what the registry has` }
  }
  if (active.built_from !== undefined && order > 0 && !auto) throw builtHere(worker, release)
  const request = { ...requestFor(question, release), warnings }
  if (order === 0) {
    assertUnchanged(worker, release)
    if (!auto) return { kind: 'current', reason: whyItStays(worker, warnings) }
  }
  const chosen = plan(request)
  if (chosen.variant === null) throw refusal(chosen, worker, request)
  if (order === 0 && chosen.variant === active.variant)
    return { kind: 'current', reason: `${active.version} (${active.variant}) is the newest and fits best` }
  return { kind: 'newer', request, plan: chosen }
}

/** A newer one may be there, and too young. */
function whyItStays({ active }: InstalledWorker, warnings: readonly PlanWarning[]): string {
  const held = warnings.find(({ code }) => code === 'newer_held_back')
  return held === undefined ? `${active.version} is the newest` : `${active.version} stays: ${held.message}`
}

function requestFor(
  { worker, home, profile, registry, auto }: UpdateQuestion,
  release: ReleaseDocument,
): InstallRequest {
  const { variant } = worker.active
  const exists = release.variants.some(({ name }) => name === variant)
  if (!auto && !exists) throw lacksVariant(release, variant)
  return { release, profile, registry, home, allowYanked: false, ...(auto ? {} : { variant }) }
}

function lacksVariant(release: ReleaseDocument, variant: string): RbeeError {
  const message = `${release.worker} ${release.version} has no variant ${variant}, which is installed here`
  return new RbeeError('nothing_fits', message, {
    next: `what is installed stays; let another variant be chosen with: rbee-hive update ${release.worker} --auto`,
  })
}

/** An update never goes back: that is for the user to say. */
function onlyOlder(
  { id, active }: InstalledWorker,
  { version }: ReleaseDocument,
  { reason }: Revocation,
): RbeeError {
  return new RbeeError(
    'quarantined',
    `${id} ${active.version} is quarantined: ${reason}; ${version} is older`,
    {
      next: `take the older one with: rbee-hive install ${id}@${version}`,
    },
  )
}

/** Building runs a script that the user has not seen yet, and a binary is not what they chose. */
function builtHere({ id, active }: InstalledWorker, { version }: ReleaseDocument): RbeeError {
  const message = `${id} ${active.version} was built here from source, and ${version} is there`
  return new RbeeError('nothing_fits', message, {
    next: `${active.version} stays; build the new one with: rbee-hive install ${id}@${version} --variant ${active.variant} --from source; or take what is published with: rbee-hive update ${id} --auto`,
  })
}

/** A release never changes: other bytes under the same version are not what was published. */
function assertUnchanged({ id, active }: InstalledWorker, release: ReleaseDocument): void {
  if (release.quarantined !== null) {
    throw new RbeeError('quarantined', `${id} ${active.version} is quarantined: ${release.quarantined}`, {
      next: `it is installed here; stop it with: rbee-hive stop ${id}`,
    })
  }
  const same = release.variants
    .find(({ name }) => name === active.variant)
    ?.artifacts.find(({ platform }) => platform === active.platform)
  if (same === undefined || same.digest === active.digest || active.built_from !== undefined) return
  throw new RbeeError(
    'digest_mismatch',
    `the registry has other bytes for ${id} ${active.version} (${active.variant}) than those installed here`,
    {
      next: 'what is installed stays; tell the operator of the registry',
      details: { installed: active.digest, offered: same.digest },
    },
  )
}

function refusal(chosen: InstallPlan, { active, id }: InstalledWorker, request: InstallRequest): RbeeError {
  const { release } = request
  if (isQuarantined(chosen)) {
    return new RbeeError('quarantined', `${id} ${release.version} is quarantined: ${release.quarantined}`, {
      next: `${active.version} stays`,
      details: chosen,
    })
  }
  const why = chosen.rejected.find(({ variant }) => variant === request.variant)?.reason ?? chosen.reason
  const other = plan({ ...request, variant: undefined }).variant
  return new RbeeError('nothing_fits', `${id} ${release.version} does not fit this host any more: ${why}`, {
    next:
      other === null
        ? `${active.version} (${active.variant}) stays; see what each variant needs with: rbee-hive info ${id}`
        : `${active.version} (${active.variant}) stays; ${other} would fit: rbee-hive update ${id} --auto`,
    details: chosen,
  })
}
