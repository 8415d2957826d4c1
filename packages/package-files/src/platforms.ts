import { ARCHITECTURES, type Architecture, type OperatingSystem, RbeeError } from '@rbee/schema'
import { SPOKEN } from './binaries.ts'
import type { PackageSubject } from './package-file.ts'

/** Backends that some systems do not have, whatever platforms a manifest names for all variants together. */
const SYSTEMS_OF_BACKEND: Readonly<Record<string, readonly OperatingSystem[]>> = {
  cuda: ['linux', 'windows'],
  rocm: ['linux', 'windows'],
  metal: ['macos'],
}

/** The architectures that the variant can be built for on a system; none where its backend does not exist there. */
export function architecturesOf(
  { release, variant }: PackageSubject,
  system: OperatingSystem,
): Architecture[] {
  if (SYSTEMS_OF_BACKEND[variant.backend]?.includes(system) === false) return []
  const named = release.platforms.filter(({ os }) => os === system).map(({ arch }) => arch)
  return ARCHITECTURES.filter((arch) => named.includes(arch))
}

/** The same. Fails with `no_artifact` where there are none. */
export function requireArchitectures(subject: PackageSubject, system: OperatingSystem): Architecture[] {
  const architectures = architecturesOf(subject, system)
  if (architectures.length > 0) return architectures
  const { worker, release, variant } = subject
  throw new RbeeError(
    'no_artifact',
    `${worker.id} ${release.version}, variant ${variant.name}, is not made for ${SPOKEN[system]}`,
    {
      next: 'ask for a variant and a system that it is made for',
      details: { platforms: release.platforms.map(({ os, arch }) => `${os}-${arch}`) },
    },
  )
}
