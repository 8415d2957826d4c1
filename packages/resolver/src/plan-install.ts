import {
  ARCHIVE_FORMATS,
  type ArchiveFormat,
  type HostProfile,
  type InstallPlan,
  RbeeError,
  type Rejection,
  type ReleaseDocument,
  type VariantDocument,
} from '@rbee/schema'
import { platformOf } from './artifact.ts'
import type { Candidate, FailedSelfTest } from './candidate.ts'
import { cpuFallbackWarning } from './cpu-fallback.ts'
import { gpuMemory } from './gpu/gpu-memory.ts'
import { gpuName } from './gpu/gpu-name.ts'
import { judgeVariant, type Verdict } from './judge-variant.ts'
import { sizeText } from './size-text.ts'

export interface InstallQuestion {
  readonly release: ReleaseDocument
  readonly profile: HostProfile
  /** Base address of the server, with which the release's relative addresses become absolute. */
  readonly registry: string
  /** The user's own choice: this variant or none. */
  readonly variant?: string | undefined
  /** Wanted archive formats, best first; by default all, zstd first. */
  readonly formats?: readonly ArchiveFormat[]
  /** True when the user named this version, which is the one way to a yanked release. */
  readonly allowYanked?: boolean
  /** Variants to pass over, because they were tried on this host. */
  readonly failedSelfTests?: readonly FailedSelfTest[]
  /** True when it is to be built on the host: variants need no artifact, and the plan has none. */
  readonly fromSource?: boolean
}

type Fitting = Extract<Verdict, { fits: true }>

/**
 * Decides which variant of a release a host installs, with a reason for the choice and for every rejection. The most
 * preferred variant of those that fit is chosen; equal priorities go by the manifest's order.
 *
 * @throws RbeeError `invalid_variant` when the user's choice is not a variant of the release.
 */
export function planInstall(question: InstallQuestion): InstallPlan {
  const { release, profile, registry } = question
  assertVariantExists(question)

  const verdicts = byPreference(release.variants).map((variant) => judgeVariant(candidate(question, variant)))
  const fitting = verdicts.filter((verdict) => verdict.fits)
  const chosen = fitting.find(
    ({ variant }) => question.variant === undefined || variant.name === question.variant,
  )
  const rejected = verdicts
    .filter((verdict) => verdict !== chosen)
    .map((verdict) => rejection(verdict, chosen ?? null, question))

  return {
    worker: release.worker,
    version: release.version,
    variant: chosen?.variant.name ?? null,
    platform: platformOf(profile),
    gpu: chosen?.gpu ?? null,
    reason: chosen ? reasonToChoose(chosen, question) : reasonForNothing(question),
    artifact: chosen ? plannedArtifact(chosen, registry) : null,
    warnings: chosen ? warningsAbout(chosen, rejected, question) : [],
    rejected,
  }
}

function assertVariantExists({ release, variant }: InstallQuestion): void {
  const names = release.variants.map(({ name }): string => name)
  if (variant === undefined || names.includes(variant)) return
  throw new RbeeError('invalid_variant', `${release.worker} ${release.version} has no variant "${variant}"`, {
    next: `choose one of: ${names.join(', ')}`,
    details: { available: names },
  })
}

/** Sorting is stable, so that the manifest's order decides between equal priorities. */
function byPreference(variants: readonly VariantDocument[]): VariantDocument[] {
  return variants.toSorted((a, b) => b.priority - a.priority)
}

function candidate(question: InstallQuestion, variant: VariantDocument): Candidate {
  const { release, profile, formats = ARCHIVE_FORMATS, allowYanked = false, failedSelfTests = [] } = question
  const { fromSource = false } = question
  return { release, variant, profile, formats, allowYanked, failedSelfTests, fromSource }
}

function rejection(verdict: Verdict, chosen: Fitting | null, question: InstallQuestion): Rejection {
  const variant = verdict.variant.name
  if (!verdict.fits) return { variant, ...verdict.unmet }
  if (question.variant !== undefined) {
    return {
      variant,
      code: 'lower_preference',
      need: 'to be asked for',
      have: `${question.variant} was asked for`,
      reason: `${variant} would fit, but ${question.variant} was asked for`,
    }
  }
  const best = chosen?.variant ?? verdict.variant
  const tie = best.priority === verdict.variant.priority
  const have = `priority ${verdict.variant.priority}`
  return {
    variant,
    code: 'lower_preference',
    need: tie ? `to stand before ${best.name} in the manifest` : `priority above ${best.priority}`,
    have,
    reason: `${variant} would fit, but ${best.name} ${tie ? 'stands before it in the manifest' : 'is preferred'}`,
  }
}

function reasonToChoose({ variant, gpu }: Fitting, { profile, variant: wish }: InstallQuestion): string {
  const why =
    wish === undefined
      ? `the most preferred variant that fits`
      : `the variant that was asked for, and it fits`
  return `${variant.name} is ${why}: it runs on ${describeDevice(gpu, profile)}`
}

function describeDevice(index: number | null, profile: HostProfile): string {
  const gpu = index === null ? undefined : profile.gpus[index]
  if (!gpu) return profile.cpu.model === null ? 'the processor' : `the processor (${profile.cpu.model})`
  const memory = gpuMemory(gpu, profile)
  const facts = [
    memory === null ? null : sizeText(memory),
    gpu.driver_version === null ? null : `driver ${gpu.driver_version}`,
  ].filter((fact) => fact !== null)
  return facts.length === 0 ? gpuName(gpu) : `${gpuName(gpu)} (${facts.join(', ')})`
}

function reasonForNothing({ release, profile, variant }: InstallQuestion): string {
  const what =
    variant === undefined ? `no variant of ${release.worker}` : `variant ${variant} of ${release.worker}`
  const verb = variant === undefined ? 'fits' : 'does not fit'
  return `${what} ${release.version} ${verb} this host (${platformOf(profile)})`
}

function plannedArtifact({ bytes }: Fitting, registry: string): InstallPlan['artifact'] {
  if (bytes === null) return null
  const { artifact, archive } = bytes
  return {
    format: archive.format,
    size: archive.size,
    checksum: archive.checksum,
    digest: artifact.digest,
    unpacked_size: artifact.unpacked_size,
    download_url: absoluteUrl(archive.download_url, registry),
  }
}

/** Documents hold addresses from the server's root (`/v1/…`); the server itself may lie below a path of its host. */
export function absoluteUrl(address: string, registry: string): string {
  return address.startsWith('/')
    ? `${registry.replace(/\/+$/, '')}${address}`
    : new URL(address, registry).href
}

function warningsAbout(
  chosen: Fitting,
  rejected: readonly Rejection[],
  { release, profile }: InstallQuestion,
): InstallPlan['warnings'] {
  const fallback = cpuFallbackWarning(chosen.variant, rejected, release, profile)
  const yanked =
    release.yanked === null
      ? null
      : { code: 'yanked', message: `version ${release.version} was withdrawn: ${release.yanked}` }
  return [fallback, yanked].filter((warning) => warning !== null)
}
