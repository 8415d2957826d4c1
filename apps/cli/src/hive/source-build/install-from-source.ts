import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { platformSchema, RbeeError, sha256Of } from '@rbee/schema'
import { isIntact, programSize } from '../build-program.ts'
import { translateDiskError } from '../disk-errors.ts'
import { prove } from '../install.ts'
import { activate, type BuiltFrom, type InstalledBuild, surveyWorker, tidyBuilds } from '../installed.ts'
import { openStaging } from '../staging.ts'
import { checkSystemDependencies } from '../system-dependencies.ts'
import { openBuildLog } from './build-log.ts'
import type { BuildRun } from './build-step.ts'
import { type CollectedBuild, collectBuild } from './collect-build.ts'
import { describeBuild, obtainConsent } from './consent.ts'
import { fetchSources } from './fetch-sources.ts'
import { networkEnvironment } from './git-source.ts'
import {
  carchOf,
  type PreparedBuild,
  prepareBuild,
  requireTool,
  type SourceRequest,
  type SourceSurroundings,
} from './prepare-build.ts'
import { runBuild } from './run-build.ts'
import { isLoopback } from './source-address.ts'
import type { SourceInstallPlan } from './source-plan.ts'
import { clearWorkplaces, openWorkplace, type Workplace } from './workplace.ts'

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

  const log = await openBuildLog(home.buildLog(release.worker))
  try {
    await log.note(`${plan.worker} ${plan.version} (${plan.variant}), PKGBUILD ${script.sha256}`)
    const { installed, tested } = await buildAndActivate(request, prepared, { ...surroundings, log })
    return resultOf('installed', request, plan, installed, tested, log.path)
  } finally {
    await log.close()
  }
}

async function buildAndActivate(
  request: SourceRequest,
  prepared: PreparedBuild,
  surroundings: SourceSurroundings & Pick<BuildRun, 'log'>,
): Promise<{ installed: InstalledBuild; tested: number | null }> {
  const { home, release } = request
  const place = await openWorkplace(home)
  const { folder: staged } = await openStaging(home, surroundings.clock())
  try {
    const packages = await build(request, prepared, place, surroundings)
    const { digest, leftOut } = await collect(packages, request, staged, surroundings)
    for (const name of leftOut)
      surroundings.terminal.warn(`${name} of the package is left out: the hive installs nothing there`)
    const tested = await proveBuild(staged, request, surroundings)
    const installed = await describeInstalled(staged, request, prepared, digest, surroundings.clock())
    await activate(home, release.worker, staged, installed)
    return { installed, tested }
  } catch (error) {
    throw translateDiskError(error, home.root)
  } finally {
    await place.remove()
    await rm(staged, { recursive: true, force: true })
  }
}

async function collect(
  packages: readonly string[],
  { release, limits }: SourceRequest,
  staged: string,
  { terminal, signal }: SourceSurroundings,
): Promise<CollectedBuild> {
  const activity = terminal.activity('taking over what was built')
  try {
    return await collectBuild(packages, release.binary_name, staged, limits, signal)
  } finally {
    activity.done()
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
  await fetchSources(run, sources, { fetch: surroundings.fetch, rules, git: tools.git, environment: online })
  return runBuild(run, {
    script,
    sources,
    makepkg: tools.makepkg,
    checksDependencies: tools.pacman !== null,
    carch: carchOf(plan),
    network: agreement.flags.has('--allow-network'),
    networkEnvironment: online,
  })
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
