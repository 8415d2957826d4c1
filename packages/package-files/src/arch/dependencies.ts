import type { PackageSubject } from '../package-file.ts'

/** What Arch has in one package of the libraries and programs that workers declare. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/^(?:glibc|(?:libc|libm|libdl|libpthread|librt|ld-linux[a-z0-9-]*)\.so(?:\.\d+)*)$/, 'glibc'],
  [/^lib(?:stdc\+\+|gcc_s|gomp|atomic|quadmath)\.so(?:\.\d+)*$/, 'gcc-libs'],
  [/^libssl\.so(?:\.\d+)*$|^libcrypto\.so(?:\.\d+)*$/, 'openssl'],
  [/^libz\.so(?:\.\d+)*$/, 'zlib'],
  [/^(?:vulkan-loader|libvulkan\.so(?:\.\d+)*)$/, 'vulkan-icd-loader'],
  [/^(?:nodejs|node)$/, 'nodejs'],
  [/^(?:python3?)$/, 'python'],
  [/^ffmpeg$/, 'ffmpeg'],
  [/^git$/, 'git'],
  [/^curl$/, 'curl'],
]

export interface ArchDependencies {
  readonly depends: readonly string[]
  /** Declared by the worker, in words that name no package of Arch for sure. */
  readonly others: readonly string[]
}

/**
 * Manifests name commands, shared libraries or packages of any system. Only what surely is a package of Arch becomes a
 * dependency: makepkg stops at one that it cannot resolve.
 */
export function archDependencies({ release }: PackageSubject): ArchDependencies {
  const depends = new Set<string>()
  const others = new Set<string>()
  for (const name of release.dependencies.system) {
    const known = KNOWN.find(([pattern]) => pattern.test(name))
    if (known === undefined) others.add(name)
    else depends.add(known[1])
  }
  return { depends: [...depends], others: [...others] }
}

/** `optdepends` entries; of what is no name of a package (PKGBUILD(5)) none. */
export function optionalDependencies(names: readonly string[]): string[] {
  return names
    .filter((name) => /^[A-Za-z0-9@_+][A-Za-z0-9@._+-]*$/.test(name))
    .map((name) => `${name}: declared by the worker`)
}
