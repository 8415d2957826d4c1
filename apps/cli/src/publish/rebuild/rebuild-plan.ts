import {
  type ArtifactDocument,
  type Digest,
  type Platform,
  RbeeError,
  type ReleaseDocument,
  type VariantName,
} from '@rbee/schema'
import { variantOfAddress } from '../../hive/address.ts'
import type { MissingProtection } from '../../hive/source-build/source-plan.ts'
import type { SourceOrigin } from './fetch-source.ts'

/** The published artifact that is to be built again. */
export interface RebuildTarget {
  readonly release: ReleaseDocument
  readonly platform: Platform
  readonly variant: VariantName
  readonly artifact: ArtifactDocument
}

/** Where the source is from, as reports and attestations say it. */
export interface RebuildSource {
  /**
   * Who says that the release is made of it: what the publisher signed, what the registry knows of the worker's repository, or
   * who named a folder.
   */
  readonly named_by: 'provenance' | 'registry' | 'folder'
  /** Null for a folder of this machine. */
  readonly repository: string | null
  /** Null for a folder outside of any repository. */
  readonly commit: string | null
  /** The worker's folder inside the repository; '' for the repository itself, null where it has to be looked for. */
  readonly folder: string | null
}

/** All that is known before anything is done: what a dry run prints. */
export interface RebuildPlan {
  readonly worker: string
  readonly version: string
  readonly platform: Platform
  readonly variant: VariantName
  readonly published: { readonly digest: Digest; readonly unpacked_size: number }
  readonly source: RebuildSource
  readonly sandbox: 'bubblewrap' | null
  readonly missing_protection: readonly MissingProtection[]
}

/**
 * Chooses what is built again: the artifact of the given platform and variant, by default this machine's and the release's own.
 * Fails with `no_artifact`.
 */
export function chooseTarget(
  release: ReleaseDocument,
  asked: {
    readonly address: string
    readonly platform: Platform | null
    readonly variant: VariantName | null
  },
): RebuildTarget {
  const { platform } = asked
  const name = asked.variant ?? variantOfAddress(asked.address, release) ?? release.default_variant
  const variant = release.variants.find((one) => one.name === name)
  const artifact = variant?.artifacts.find((one) => one.platform === platform)
  if (platform !== null && variant !== undefined && artifact !== undefined)
    return { release, platform, variant: variant.name, artifact }
  const available = release.variants.flatMap(({ name: each, artifacts }) =>
    artifacts.map((one) => `${one.platform}/${each}`),
  )
  throw new RbeeError(
    'no_artifact',
    `nothing is published of ${release.worker} ${release.version} for ${platform ?? 'this machine'}/${name}`,
    {
      next:
        available.length === 0
          ? 'there is nothing to compare with: only its source is published'
          : `choose with --platform and --variant among ${available.join(', ')}`,
      details: { available },
    },
  )
}

export function describeOrigin(origin: SourceOrigin): RebuildSource {
  switch (origin.kind) {
    case 'remote': {
      const { named, repository, folder } = origin.source
      return { named_by: named, repository: repository.url.href, commit: repository.commit, folder }
    }
    case 'repository':
      return { named_by: 'folder', repository: null, commit: origin.commit, folder: origin.folder || null }
    case 'folder':
      return { named_by: 'folder', repository: null, commit: null, folder: null }
  }
}

/** What would keep the user safe and is not there, or is given up. */
export function missingProtection(sandbox: string | null, network: boolean): MissingProtection[] {
  if (sandbox !== null) {
    const message = `${sandbox}: what is built could read and change all that its user may, use the network, and leave programs running`
    return [{ code: 'unsandboxed', flag: '--allow-unsandboxed', message }]
  }
  if (!network) return []
  const message =
    'what its lock file names is fetched, and may use the network, services of this machine included'
  return [{ code: 'network', flag: '--allow-network', message }]
}
