import type { RegistryClient } from '@rbee/api-client'
import { type InstallPlan, RbeeError } from '@rbee/schema'
import { type InstallRequest, type InstallSurroundings, nothingLeft, planFromSource } from '../install.ts'
import { type BuildScript, readBuildScript } from './build-script.ts'
import { findBuildTools, type MachineTools } from './build-tools.ts'
import type { Agreement, Asking } from './consent.ts'
import { checkDependencies } from './dependencies.ts'
import { networkEnvironment, pinCommit } from './git-source.ts'
import type { BuildLimits } from './limits.ts'
import type { PinnedSource } from './pinned-source.ts'
import { isLoopback } from './source-address.ts'
import { planBuild, type SourceInstallPlan } from './source-plan.ts'

export interface SourceRequest extends InstallRequest {
  readonly client: RegistryClient
  readonly agreement: Agreement
  readonly limits: BuildLimits
}

export interface SourceSurroundings
  extends Omit<InstallSurroundings, 'fetchBytes' | 'vouch' | 'takeSeat'>,
    Asking {}

/** A build of which everything is known and nothing is done. */
export interface PreparedBuild {
  readonly plan: SourceInstallPlan
  readonly script: BuildScript
  readonly sources: readonly PinnedSource[]
  readonly tools: MachineTools
}

/**
 * Finds out what a build from source would do: reads the PKGBUILD without running it, asks which commits its sources mean, and
 * what protects the machine. Nothing is fetched.
 *
 * Fails with `nothing_fits`, with what the registry has against a PKGBUILD, with `pkgbuild_invalid`, `version_mismatch`,
 * `system_dependency_missing` or `source_unreachable`.
 */
export async function prepareBuild(
  request: SourceRequest,
  surroundings: Pick<SourceSurroundings, 'env' | 'signal'>,
): Promise<PreparedBuild> {
  const { release, agreement, registry } = request
  if (process.platform === 'win32') {
    throw new RbeeError('nothing_fits', 'workers are built from source on Linux and macOS only', {
      next: `see what is published with: rbee-hive info ${release.worker}`,
    })
  }
  const chosen = planFromSource(request)
  if (chosen.variant === null) throw await nothingLeft(chosen, [], request)
  const address = release.variants.find(({ name }) => name === chosen.variant)?.id ?? release.worker
  const text = await request.client.getPkgbuild(address, { version: release.version, build: 'dev' })
  const rules = { carch: carchOf(chosen), loopback: isLoopback(new URL(registry)) }
  const script = await readBuildScript(text, rules)
  assertVersion(script, release.version)
  const tools = await findBuildTools(surroundings.env.PATH)
  requireTool(tools.bash, 'bash')
  const dependencies = await checkDependencies(script, tools)
  const sources = await pinSources(script, tools, surroundings)
  const url = `${registry}/v1/workers/${address}/pkgbuild?version=${encodeURIComponent(release.version)}&build=dev`
  const network = agreement.flags.has('--allow-network')
  const build = planBuild(script, sources, tools, { url, network, dependencies })
  return { plan: { ...chosen, from: 'source', build }, script, sources, tools }
}

/** The host's architecture as makepkg names it. */
export function carchOf({ platform }: Pick<InstallPlan, 'platform'>): 'x86_64' | 'aarch64' {
  return platform.endsWith('-aarch64') ? 'aarch64' : 'x86_64'
}

/** Fails with `system_dependency_missing` where a program is not there. */
export function requireTool(path: string | null, name: string): string {
  if (path !== null) return path
  throw new RbeeError(
    'system_dependency_missing',
    `building from source needs ${name}, which this system lacks`,
    {
      next: `install ${name} with your system's package manager`,
      details: { missing: [name] },
    },
  )
}

/** What is built has to be what the release says it is; a hyphen cannot stand in pkgver. */
function assertVersion(script: BuildScript, version: string): void {
  if (script.version === version.replaceAll('-', '_')) return
  throw new RbeeError('version_mismatch', `the PKGBUILD of ${version} builds version ${script.version}`, {
    next: 'name another version, or tell the author of the worker',
  })
}

async function pinSources(
  script: BuildScript,
  tools: MachineTools,
  { env, signal }: Pick<SourceSurroundings, 'env' | 'signal'>,
): Promise<readonly PinnedSource[]> {
  const pinned: PinnedSource[] = []
  for (const source of script.sources) {
    if (source.kind === 'file') pinned.push(source)
    else pinned.push(await pinCommit(source, requireTool(tools.git, 'git'), networkEnvironment(env), signal))
  }
  return pinned
}
