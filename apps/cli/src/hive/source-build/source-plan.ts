import type { InstallPlan } from '@rbee/schema'
import type { BuildScript } from './build-script.ts'
import type { MachineTools } from './build-tools.ts'
import type { BuildDependency } from './dependencies.ts'
import type { PinnedSource } from './pinned-source.ts'

/** Something that would keep a user safe and is not there, or is given up. Each has to be agreed to by its own flag. */
export interface MissingProtection {
  readonly code: 'unsandboxed' | 'network' | 'unpinned'
  readonly flag: string
  /** One sentence. */
  readonly message: string
}

/** What `--dry-run --json` shows of a build, beside the members of every plan: all of it is known before anything is done. */
export interface SourceBuildPlan {
  readonly pkgbuild: { readonly url: string; readonly sha256: string }
  readonly builder: 'makepkg' | 'rbee-hive'
  readonly sandbox: 'bubblewrap' | null
  readonly sources: readonly {
    readonly name: string
    readonly url: string
    readonly sums: Readonly<Record<string, string>>
    readonly commit: string | null
  }[]
  readonly dependencies: readonly BuildDependency[]
  readonly missing_protection: readonly MissingProtection[]
  /** What the PKGBUILD asks for and does not get. */
  readonly left: readonly string[]
}

export type SourceInstallPlan = InstallPlan & { readonly from: 'source'; readonly build: SourceBuildPlan }

export function planBuild(
  script: BuildScript,
  sources: readonly PinnedSource[],
  tools: MachineTools,
  about: {
    readonly url: string
    readonly network: boolean
    readonly dependencies: readonly BuildDependency[]
  },
): SourceBuildPlan {
  return {
    pkgbuild: { url: about.url, sha256: script.sha256 },
    builder: tools.makepkg === null ? 'rbee-hive' : 'makepkg',
    sandbox: typeof tools.sandbox === 'string' ? null : 'bubblewrap',
    sources: sources.map((source) => ({
      name: source.name,
      url: source.url.href,
      sums: source.kind === 'file' ? Object.fromEntries(source.sums) : {},
      commit: source.kind === 'git' ? source.commit : null,
    })),
    dependencies: about.dependencies,
    missing_protection: missingProtection(script, tools, about.network),
    left: script.left,
  }
}

function missingProtection(script: BuildScript, tools: MachineTools, network: boolean): MissingProtection[] {
  const missing: MissingProtection[] = []
  if (typeof tools.sandbox === 'string') {
    const told = `${tools.sandbox}: the script could read and change all that its user may, use the network, and leave programs running`
    missing.push({ code: 'unsandboxed', flag: '--allow-unsandboxed', message: told })
  } else if (network) {
    const told = 'prepare() may use the network, services of this machine included'
    missing.push({ code: 'network', flag: '--allow-network', message: told })
  }
  for (const source of script.sources) {
    if (source.kind === 'file' || source.ref.kind === 'commit' || source.ref.kind === 'tag') continue
    const at =
      source.ref.kind === 'head' ? 'whatever its default branch holds' : `the branch ${source.ref.name}`
    const told = `${source.name} is taken from ${at} at this moment: nothing says that it is what the author tried`
    missing.push({ code: 'unpinned', flag: '--allow-unpinned', message: told })
  }
  return missing
}
