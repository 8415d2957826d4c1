import { resolve } from 'node:path'
import { type Platform, platformParts, RbeeError, type VariantName, type WorkerManifest } from '@rbee/schema'
import type { ArtifactOption } from './artifact-option.ts'

/** One artifact of the release to be, and where its bytes come from. */
export type Target = { readonly platform: Platform; readonly variant: VariantName } & (
  | { readonly origin: 'build' }
  /** `path` is absolute. */
  | { readonly origin: 'given'; readonly path: string }
)

export interface TargetRequest {
  readonly manifest: WorkerManifest
  /** Null on a machine whose programs no worker can be published for. */
  readonly host: Platform | null
  readonly artifacts: readonly ArtifactOption[]
  /** Variants to build here; empty means the default one, unless artifacts were given. */
  readonly variants: readonly VariantName[]
  readonly cwd: string
}

/**
 * Decides what the release will hold: the given artifacts, and what is built here. A GPU variant is built only when it
 * is asked for, because most machines lack its toolchain.
 *
 * Fails with `invalid_platform` or `usage`.
 */
export function chooseTargets(request: TargetRequest): Target[] {
  const { manifest, artifacts, variants } = request
  const given = artifacts.map(
    (option): Target => ({
      origin: 'given',
      platform: option.platform,
      variant: option.variant ?? manifest.build.default_feature,
      path: resolve(request.cwd, option.path),
    }),
  )
  const built = variants.length > 0 || artifacts.length > 0 ? variants : [manifest.build.default_feature]
  const targets = [...given, ...built.map((variant) => buildTarget(request, variant))]
  const seen = new Set<string>()
  for (const target of targets) {
    checkTarget(manifest, target)
    if (seen.has(targetName(target))) throw new RbeeError('usage', `${targetName(target)} is named twice`)
    seen.add(targetName(target))
  }
  return targets
}

/** `linux-x86_64/cpu` */
export function targetName({ platform, variant }: Pick<Target, 'platform' | 'variant'>): string {
  return `${platform}/${variant}`
}

/** Platforms of the manifest that will have no artifact in the release. */
export function platformsWithout(manifest: WorkerManifest, targets: readonly Target[]): string[] {
  const covered = new Set<string>(targets.map(({ platform }) => platform))
  return Object.entries(manifest.platforms)
    .flatMap(([os, architectures]) => architectures.map((arch) => `${os}-${arch}`))
    .filter((platform) => !covered.has(platform))
}

function buildTarget({ manifest, host }: TargetRequest, variant: VariantName): Target {
  if (host !== null && supports(manifest, host)) return { origin: 'build', platform: host, variant }
  throw new RbeeError(
    'invalid_platform',
    `${manifest.id} does not name ${host ?? 'this machine'} among its platforms, so it cannot be built here`,
    { next: 'give what was built elsewhere with --artifact PLATFORM[/VARIANT]=PATH' },
  )
}

function checkTarget(manifest: WorkerManifest, { platform, variant }: Target): void {
  if (!supports(manifest, platform)) {
    throw new RbeeError('invalid_platform', `${platform} is not among the platforms of ${manifest.id}`, {
      next: 'add it to [platforms] in worker.toml, or name it with --platforms',
    })
  }
  if (!manifest.build.features.includes(variant)) {
    throw new RbeeError('usage', `"${variant}" is not a variant of ${manifest.id}`, {
      next: `its variants are ${manifest.build.features.join(', ')}`,
      details: { available: manifest.build.features },
    })
  }
}

function supports(manifest: WorkerManifest, platform: Platform): boolean {
  const { os, arch } = platformParts(platform)
  return manifest.platforms[os].includes(arch)
}
