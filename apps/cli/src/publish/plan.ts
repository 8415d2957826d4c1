import type { PackEntry } from '@rbee/packaging'
import type { Digest, Platform, ReleaseDocument, VariantName } from '@rbee/schema'
import { buildCommand } from './build.ts'
import type { PlannedSigning } from './provenance/signing.ts'
import { platformsWithout, type Target, targetName } from './targets.ts'
import type { WorkerDescription } from './worker-description.ts'

/** An artifact whose bytes are at hand. */
export interface PreparedArtifact {
  readonly target: Target
  readonly entries: readonly PackEntry[]
  readonly digest: Digest
  /** Of the uncompressed tar, in bytes. */
  readonly unpackedSize: number
}

/** What the registry has under the version that is to be published. */
export type ReleaseState =
  | 'absent'
  /** All artifacts, byte for byte. */
  | 'identical'
  /** The version is taken by other bytes: publishing would be a conflict. */
  | 'different'
  /** Not known before everything is built, or because the registry could not be asked. */
  | 'unknown'

/** What `rbee-publish --dry-run --json` prints: everything that would be done, before anything is. */
export interface PublishPlan {
  readonly worker: string
  readonly version: string
  readonly license: string
  readonly registry: string
  readonly release: ReleaseState
  readonly artifacts: readonly PlannedArtifact[]
  /** The key that signs, and what is signed of where it comes from; null where nothing is. */
  readonly signing: PlannedSigning | null
  readonly warnings: readonly PublishWarning[]
}

/** The plan but for what others than the worker and the registry say. */
export type PlannedRelease = Omit<PublishPlan, 'warnings' | 'signing'>

export interface PlannedArtifact {
  readonly platform: Platform
  readonly variant: VariantName
  readonly origin: Target['origin']
  /** What builds it; null for an artifact that was given. */
  readonly command: readonly string[] | null
  /** The folder it was given as; null for one that is built. */
  readonly folder: string | null
  /** Null before it is built, like the two below. */
  readonly digest: Digest | null
  readonly unpacked_size: number | null
  readonly entries: number | null
  /** The digest that the registry has for this platform and variant under this version. */
  readonly published_digest: Digest | null
}

export interface PublishWarning {
  readonly code:
    | 'no_license_file'
    | 'no_readme'
    | 'platform_without_artifact'
    | 'registry_unreachable'
    | 'source_unknown'
    | 'uncommitted_changes'
  readonly message: string
}

/** `document` is null where the registry has no such release, and undefined where it could not be asked. */
export function composePlan(
  worker: WorkerDescription,
  registry: string,
  targets: readonly Target[],
  prepared: readonly PreparedArtifact[],
  document: ReleaseDocument | null | undefined,
): PlannedRelease {
  const artifacts = targets.map((target) => planArtifact(worker, target, prepared, document ?? null))
  return {
    worker: worker.manifest.id,
    version: worker.version,
    license: worker.manifest.license,
    registry,
    release: compareRelease(artifacts, document),
    artifacts,
  }
}

function planArtifact(
  { manifest }: WorkerDescription,
  target: Target,
  prepared: readonly PreparedArtifact[],
  document: ReleaseDocument | null,
): PlannedArtifact {
  const name = targetName(target)
  const ready = prepared.find((artifact) => targetName(artifact.target) === name)
  const published = document?.variants
    .find((variant) => variant.name === target.variant)
    ?.artifacts.find((artifact) => artifact.platform === target.platform)
  return {
    platform: target.platform,
    variant: target.variant,
    origin: target.origin,
    command: target.origin === 'build' ? buildCommand(manifest) : null,
    folder: target.origin === 'given' ? target.path : null,
    digest: ready?.digest ?? null,
    unpacked_size: ready?.unpackedSize ?? null,
    entries: ready?.entries.length ?? null,
    published_digest: published?.digest ?? null,
  }
}

function compareRelease(
  artifacts: readonly PlannedArtifact[],
  document: ReleaseDocument | null | undefined,
): ReleaseState {
  if (document === undefined) return 'unknown'
  // A release without artifacts is a recipe from Git: publishing adds to it what is missing.
  if (document === null || document.variants.every((variant) => variant.artifacts.length === 0))
    return 'absent'
  const known = artifacts.filter(({ digest }) => digest !== null)
  if (known.some(({ digest, published_digest }) => digest !== published_digest)) return 'different'
  return known.length === artifacts.length ? 'identical' : 'unknown'
}

/** What the folder and the registry hold. */
export interface PublishFacts {
  /** The text of the licence beside the worker. */
  readonly license: string | null
  readonly prepared: readonly PreparedArtifact[]
  readonly reachable: boolean
  readonly signing: PlannedSigning | null
}

/** What an author should know before a release that can never be changed. */
export function warningsOf(
  worker: WorkerDescription,
  targets: readonly Target[],
  { license, prepared, reachable, signing }: PublishFacts,
): PublishWarning[] {
  const warnings: PublishWarning[] = []
  const warn = (code: PublishWarning['code'], message: string) => warnings.push({ code, message })
  const without = platformsWithout(worker.manifest, targets)
  if (without.length > 0) {
    warn(
      'platform_without_artifact',
      `this release will have no artifact for ${without.join(', ')}, and none can be added later`,
    )
  }
  if (license === null && !prepared.some(holdsLicense)) {
    warn('no_license_file', 'there is no LICENSE file beside the worker, above it, or in what is packed')
  }
  if (worker.readme === null) warn('no_readme', 'there is no README.md beside the worker')
  if (signing?.source.commit === null) {
    warn('source_unknown', 'the folder lies in no Git repository: what is signed names no source')
  }
  if (signing?.source.changed) {
    warn('uncommitted_changes', 'files differ from the commit, and what is signed says so: commit first')
  }
  if (!reachable) warn('registry_unreachable', 'the registry could not be asked what it has')
  return warnings
}

function holdsLicense({ entries }: PreparedArtifact): boolean {
  return entries.some(({ name }) => name === 'LICENSE')
}
