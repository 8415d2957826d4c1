import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RegistryClient } from '@rbee/api-client'
import { planInstall } from '@rbee/resolver'
import { type InstallPlan, platformSchema, RbeeError, sha256Of } from '@rbee/schema'
import { isIntact, programSize } from '../build-program.ts'
import { type InstallRequest, type InstallSurroundings, nothingLeft, prove } from '../install.ts'
import {
  activate,
  type BuiltFrom,
  type InstalledBuild,
  stagingFolder,
  surveyWorker,
  tidyBuilds,
} from '../installed.ts'
import { checkSystemDependencies } from '../system-dependencies.ts'
import { openBuildLog } from './build-log.ts'
import { type BuildScript, readBuildScript } from './build-script.ts'
import type { BuildRun } from './build-step.ts'
import { type BuildTools, findBuildTools } from './build-tools.ts'
import { collectBuild } from './collect-build.ts'
import { type Agreement, type Asking, describeBuild, obtainConsent } from './consent.ts'
import { fetchFile } from './file-source.ts'
import { fetchRepository, networkEnvironment, pinCommit } from './git-source.ts'
import type { BuildLimits } from './limits.ts'
import type { PinnedSource } from './pinned-source.ts'
import { runBuild } from './run-build.ts'
import { isLoopback } from './source-address.ts'
import { checkDependencies, planBuild, type SourceInstallPlan } from './source-plan.ts'
import { clearWorkplaces, openWorkplace, type Workplace } from './workplace.ts'

export interface SourceRequest extends InstallRequest {
  readonly client: RegistryClient
  readonly agreement: Agreement
  readonly limits: BuildLimits
}

export interface SourceSurroundings extends InstallSurroundings, Asking {}

/** A build of which everything is known and nothing is done. */
export interface PreparedBuild {
  readonly plan: SourceInstallPlan
  readonly script: BuildScript
  readonly sources: readonly PinnedSource[]
  readonly tools: BuildTools
}

/** The plan that was carried out, and what came of it. */
export type SourceInstallResult = SourceInstallPlan & {
  readonly status: 'installed' | 'already_installed'
  readonly installed: InstalledBuild
  readonly folder: string
  readonly self_test_milliseconds: number | null
  /** Where what the build printed is kept; null when nothing was built. */
  readonly log: string | null
}

/**
 * Finds out what a build from source would do: reads the PKGBUILD without running it, asks which commits its sources mean, and
 * what protects the machine. Nothing is fetched.
 *
 * Fails with `nothing_fits`, `no_pkgbuild`, `pkgbuild_invalid`, `version_mismatch`, `system_dependency_missing` or
 * `source_unreachable`.
 */
export async function prepareBuild(
  request: SourceRequest,
  surroundings: SourceSurroundings,
): Promise<PreparedBuild> {
  const { release, agreement } = request
  const chosen = planFromSource(request)
  if (chosen.variant === null) throw await nothingLeft(chosen, [], request)
  const address = release.variants.find(({ name }) => name === chosen.variant)?.id ?? release.worker
  const text = await request.client.getPkgbuild(address, { version: release.version, build: 'dev' })
  const rules = { carch: platformArch(chosen.platform), loopback: isLoopback(new URL(request.registry)) }
  const script = await readBuildScript(text, rules)
  assertVersion(script, release.version)
  const tools = await findBuildTools(surroundings.env.PATH)
  const sources = await pinSources(script, tools, surroundings)
  const url = `${request.registry}/v1/workers/${address}/pkgbuild?version=${encodeURIComponent(release.version)}&build=dev`
  const network = agreement.flags.has('--allow-network')
  const dependencies = await checkDependencies(script)
  const build = planBuild(script, sources, tools, { url, network, dependencies })
  return { plan: { ...chosen, from: 'source', build }, script, sources, tools }
}

/** The variant that fits this host when it needs no artifact. */
export function planFromSource(request: InstallRequest): InstallPlan {
  return planInstall({
    release: request.release,
    profile: request.profile,
    registry: request.registry,
    ...(request.variant === undefined ? {} : { variant: request.variant }),
    allowYanked: request.allowYanked,
    fromSource: true,
  })
}

/**
 * Builds a worker on this machine and makes it active, after the user agreed to what {@link prepareBuild} found. Whatever
 * fails or is interrupted leaves what was installed before as it was, and nothing but the log behind.
 *
 * Fails as {@link prepareBuild} does, with `usage` or `build_declined` where the user did not agree, with `digest_mismatch`,
 * `build_failed`, `archive_invalid`, `self_test_failed` or `disk_full`.
 */
export async function installFromSource(
  request: SourceRequest,
  surroundings: SourceSurroundings,
): Promise<SourceInstallResult> {
  const { home, release, limits } = request
  await clearWorkplaces(home)
  const prepared = await prepareBuild(request, surroundings)
  const { plan, script } = prepared
  const { terminal } = surroundings
  const present = await findBuilt(request, prepared)
  if (present !== null) {
    await tidyBuilds(home, release.worker)
    return resultOf('already_installed', request, plan, present, null, null)
  }
  for (const line of describeBuild(plan, script, limits)) terminal.info(line)
  for (const { message } of plan.warnings) terminal.warn(message)
  await obtainConsent(plan.build.missing_protection, request.agreement, surroundings)
  await checkSystemDependencies(release, surroundings.env.PATH)

  const place = await openWorkplace(home)
  const staged = await stagingFolder(home)
  const log = await openBuildLog(home.buildLog(release.worker))
  try {
    await log.note(`${plan.worker} ${plan.version} (${plan.variant}), PKGBUILD ${script.sha256}`)
    const packages = await build(request, prepared, place, { ...surroundings, log })
    const collected = await collectBuild(packages, release.binary_name, staged)
    for (const name of collected.leftOut)
      terminal.warn(`${name}/ of the package is left out: the hive installs no files there`)
    const tested = await proveBuild(staged, request, surroundings)
    const installed = await describeInstalled(
      staged,
      request,
      prepared,
      collected.digest,
      surroundings.clock(),
    )
    await activate(home, release.worker, staged, installed)
    return resultOf('installed', request, plan, installed, tested, log.path)
  } finally {
    await log.close()
    await place.remove()
    await rm(staged, { recursive: true, force: true })
  }
}

async function build(
  request: SourceRequest,
  { script, sources, tools, plan }: PreparedBuild,
  place: Workplace,
  surroundings: SourceSurroundings & Pick<BuildRun, 'log'>,
): Promise<readonly string[]> {
  const { limits, agreement } = request
  const { terminal, signal, clock, log, env } = surroundings
  const run: BuildRun = {
    place,
    bash: requireTool(tools.bash, 'bash'),
    sandbox: typeof tools.sandbox === 'string' ? null : tools.sandbox,
    limits,
    deadline: clock() + limits.seconds * 1000,
    log,
    terminal,
    signal,
    clock,
  }
  const online = networkEnvironment(env)
  const rules = { loopback: isLoopback(new URL(request.registry)) }
  for (const source of sources) {
    if (source.kind === 'git') await fetchRepository(run, source, requireTool(tools.git, 'git'), online)
    else {
      terminal.step(`fetching ${source.name}`)
      await log.note(`fetching ${source.url.href}`)
      await fetchFile(source, place, {
        fetch: surroundings.fetch,
        rules,
        signal,
        maxBytes: limits.disk,
        onBytes: () => {},
      })
    }
  }
  return runBuild(run, {
    script,
    sources,
    makepkg: tools.makepkg,
    checksDependencies: tools.pacman !== null,
    carch: platformArch(plan.platform),
    network: agreement.flags.has('--allow-network'),
    networkEnvironment: online,
  })
}

async function pinSources(
  script: BuildScript,
  tools: BuildTools,
  { env, signal }: Pick<SourceSurroundings, 'env' | 'signal'>,
): Promise<readonly PinnedSource[]> {
  requireTool(tools.bash, 'bash')
  const pinned: PinnedSource[] = []
  for (const source of script.sources) {
    if (source.kind === 'file') pinned.push(source)
    else pinned.push(await pinCommit(source, requireTool(tools.git, 'git'), networkEnvironment(env), signal))
  }
  return pinned
}

function requireTool(path: string | null, name: string): string {
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

function platformArch(platform: string): 'x86_64' | 'aarch64' {
  return platform.endsWith('-aarch64') ? 'aarch64' : 'x86_64'
}

/** The active build where it was made of exactly this, and is still whole. */
async function findBuilt(
  { home, release }: SourceRequest,
  prepared: PreparedBuild,
): Promise<InstalledBuild | null> {
  const active = (await surveyWorker(home, release.worker)).sound[0]?.active
  const from = active?.built_from
  const same =
    active?.version === release.version &&
    active.variant === prepared.plan.variant &&
    from?.pkgbuild_sha256 === prepared.script.sha256 &&
    JSON.stringify(from.sources) === JSON.stringify(sourcesOf(prepared))
  if (!same || active === undefined) return null
  const intact = await isIntact(join(home.worker(release.worker).builds, active.build), active)
  return intact ? active : null
}

function sourcesOf({ sources }: PreparedBuild): BuiltFrom['sources'] {
  return sources.map((source) => ({
    name: source.name,
    url: source.url.href,
    sha256: source.kind === 'file' ? (source.sums.get('sha256') ?? null) : null,
    commit: source.kind === 'git' ? source.commit : null,
  }))
}

async function proveBuild(
  staged: string,
  { release }: SourceRequest,
  surroundings: SourceSurroundings,
): Promise<number | null> {
  const outcome = await prove(staged, release, surroundings)
  if (outcome.passed) return outcome.milliseconds
  throw new RbeeError(
    'self_test_failed',
    `what was built of ${release.worker} ${release.version} fails its self-test: ${outcome.cause}`,
    {
      next: 'what was installed before stays; cure what the self-test reports, or tell the author of the worker',
    },
  )
}

async function describeInstalled(
  staged: string,
  { release, registry }: SourceRequest,
  prepared: PreparedBuild,
  digest: InstalledBuild['digest'],
  now: number,
): Promise<InstalledBuild> {
  const { plan, script } = prepared
  const size = await programSize(staged, release.binary_name)
  return {
    version: release.version,
    variant: plan.variant ?? release.default_variant,
    platform: platformSchema.parse(plan.platform),
    digest,
    build: `${release.version}-${plan.variant}-${sha256Of(digest).slice(0, 16)}`,
    binary_name: release.binary_name,
    ...(size === null ? {} : { program_size: size }),
    run: release.run,
    selftest: release.selftest,
    registry,
    gpu: plan.gpu,
    reason: plan.reason,
    installed_at: new Date(now).toISOString(),
    built_from: {
      pkgbuild_sha256: script.sha256,
      sources: sourcesOf(prepared),
      builder: plan.build.builder,
      sandboxed: plan.build.sandbox !== null,
    },
  }
}

function resultOf(
  status: SourceInstallResult['status'],
  { home, release }: SourceRequest,
  plan: SourceInstallPlan,
  installed: InstalledBuild,
  milliseconds: number | null,
  log: string | null,
): SourceInstallResult {
  const folder = join(home.worker(release.worker).builds, installed.build)
  return { ...plan, status, installed, folder, self_test_milliseconds: milliseconds, log }
}
