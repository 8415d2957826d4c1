import { ARCHITECTURES, type Architecture, type OperatingSystem, RbeeError } from '@rbee/schema'
import { SPOKEN } from './binaries.ts'
import type { PackageSubject } from './package-file.ts'

/** Backends that some systems do not have, whatever platforms a manifest names for all variants together. */
const SYSTEMS_OF_BACKEND: Readonly<Record<string, readonly OperatingSystem[]>> = {
  cuda: ['linux', 'windows'],
  rocm: ['linux', 'windows'],
  metal: ['macos'],
}

/** The architectures that the variant can be built for on a system. Fails with `no_artifact` where there are none. */
export function requireArchitectures(
  { worker, release, variant }: PackageSubject,
  system: OperatingSystem,
): readonly Architecture[] {
  const possible = SYSTEMS_OF_BACKEND[variant.backend]?.includes(system) ?? true
  const named = release.platforms.filter(({ os }) => os === system).map(({ arch }) => arch)
  const architectures = ARCHITECTURES.filter((arch) => possible && named.includes(arch))
  if (architectures.length > 0) return architectures
  throw new RbeeError(
    'no_artifact',
    `${worker.id} ${release.version}, variant ${variant.name}, is not made for ${SPOKEN[system]}`,
    { details: { available: [], platforms: release.platforms.map(({ os, arch }) => `${os}-${arch}`) } },
  )
}
