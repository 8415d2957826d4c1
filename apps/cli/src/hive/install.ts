import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { extractArchive } from '@rbee/packaging'
import { planInstall } from '@rbee/resolver'
import {
  type HostProfile,
  type InstallPlan,
  platformSchema,
  RbeeError,
  type ReleaseDocument,
  sha256Of,
} from '@rbee/schema'
import type { Terminal } from '../program/terminal.ts'
import { download } from './download.ts'
import type { HiveHome } from './home.ts'
import { activate, type InstalledBuild, readInstalled, stagingFolder } from './installed.ts'
import { runSelfTest } from './self-test.ts'
import { checkSystemDependencies } from './system-dependencies.ts'
import { workerEnvironment } from './worker-environment.ts'

export interface InstallRequest {
  readonly release: ReleaseDocument
  readonly profile: HostProfile
  readonly registry: string
  /** The user's own choice of a variant. */
  readonly variant?: string
  readonly allowYanked: boolean
  readonly home: HiveHome
}

export interface InstallSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly clock: () => number
  readonly fetch: typeof fetch
  /** Shows a plan before it is carried out. */
  readonly showPlan: (plan: InstallPlan) => void
}

export interface InstallResult {
  readonly plan: InstallPlan
  readonly status: 'installed' | 'already_installed'
  readonly installed: InstalledBuild
  readonly folder: string
  readonly self_test_milliseconds: number | null
}

type PlannedArtifact = NonNullable<InstallPlan['artifact']>

/** Plans without doing anything. `failed` are variants whose self-test failed on this host. */
export function plan(
  request: InstallRequest,
  failed: readonly { variant: string; reason: string }[] = [],
): InstallPlan {
  return planInstall({
    release: request.release,
    profile: request.profile,
    registry: request.registry,
    ...(request.variant === undefined ? {} : { variant: request.variant }),
    allowYanked: request.allowYanked,
    failedSelfTests: failed,
  })
}

/**
 * Installs the best variant for the host: downloads and unpacks it beside what is there, lets it prove itself and makes
 * it active with one rename. A variant that fails its self-test is passed over and the next best is tried. Until the
 * rename, and after any failure or interruption, what was installed before stays as it was.
 */
export async function install(
  request: InstallRequest,
  surroundings: InstallSurroundings,
): Promise<InstallResult> {
  const failed: { variant: string; reason: string }[] = []
  for (;;) {
    const chosen = plan(request, failed)
    surroundings.showPlan(chosen)
    if (chosen.variant === null || chosen.artifact === null) throw nothingLeft(chosen, failed)

    const present = await findInstalled(request, chosen.artifact)
    if (present) {
      const folder = buildFolder(request.home, request.release, present)
      return {
        plan: chosen,
        status: 'already_installed',
        installed: present,
        folder,
        self_test_milliseconds: null,
      }
    }
    await checkSystemDependencies(request.release.dependencies.system, surroundings.env.PATH)
    const staged = await stagingFolder(request.home)
    try {
      await fetchInto(staged, chosen.artifact, surroundings)
      const outcome = await prove(staged, request.release, surroundings)
      if (outcome.passed) {
        const build = describeBuild(request, chosen, chosen.variant, chosen.artifact, surroundings.clock())
        await activate(request.home, request.release.worker, staged, build)
        const folder = buildFolder(request.home, request.release, build)
        return {
          plan: chosen,
          status: 'installed',
          installed: build,
          folder,
          self_test_milliseconds: outcome.milliseconds,
        }
      }
      surroundings.terminal.warn(`the self-test of variant ${chosen.variant} failed: ${outcome.cause}`)
      failed.push({ variant: chosen.variant, reason: outcome.cause })
    } finally {
      await rm(staged, { recursive: true, force: true })
    }
  }
}

function nothingLeft(chosen: InstallPlan, failed: readonly { variant: string; reason: string }[]): RbeeError {
  const details = { plan: chosen }
  const [first] = failed
  if (first) {
    return new RbeeError(
      'self_test_failed',
      `no variant of ${chosen.worker} ${chosen.version} works here: ${first.reason}`,
      {
        next: 'the build that was installed before, if any, is still active; report this to the author of the worker',
        details,
      },
    )
  }
  return new RbeeError('nothing_fits', `no variant of ${chosen.worker} ${chosen.version} fits this host`, {
    next: `see what each one needs with: rbee-hive install ${chosen.worker} --auto --dry-run`,
    details,
  })
}

/** The installed build when it is exactly the planned artifact. */
async function findInstalled(
  request: InstallRequest,
  artifact: PlannedArtifact,
): Promise<InstalledBuild | null> {
  const installed = await readInstalled(request.home, request.release.worker)
  if (!installed) return null
  const same =
    installed.active.digest === artifact.digest && installed.active.version === request.release.version
  return same ? installed.active : null
}

async function fetchInto(
  staged: string,
  artifact: PlannedArtifact,
  surroundings: InstallSurroundings,
): Promise<void> {
  const bar = surroundings.terminal.progress({ label: 'downloading', total: artifact.size })
  try {
    const source = download(new URL(artifact.download_url), {
      fetch: surroundings.fetch,
      signal: surroundings.signal,
      size: artifact.size,
      onBytes: (count) => bar.advance(count),
    })
    await extractArchive(source, artifact.format, staged, {
      expected: {
        sha256: sha256Of(artifact.checksum),
        size: artifact.size,
        digest: artifact.digest,
        unpackedSize: artifact.unpacked_size,
      },
      signal: surroundings.signal,
    })
  } finally {
    bar.done()
  }
}

async function prove(staged: string, release: ReleaseDocument, surroundings: InstallSurroundings) {
  surroundings.terminal.step('running its self-test')
  return runSelfTest(staged, release.selftest, {
    env: workerEnvironment(surroundings.env),
    signal: surroundings.signal,
    clock: surroundings.clock,
  })
}

function describeBuild(
  request: InstallRequest,
  chosen: InstallPlan,
  variant: string,
  artifact: PlannedArtifact,
  now: number,
): InstalledBuild {
  const { release } = request
  return {
    version: release.version,
    variant,
    platform: platformSchema.parse(chosen.platform),
    digest: artifact.digest,
    build: `${release.version}-${variant}-${sha256Of(artifact.digest).slice(0, 16)}`,
    binary_name: release.binary_name,
    run: release.run,
    selftest: release.selftest,
    registry: request.registry,
    gpu: chosen.gpu,
    reason: chosen.reason,
    installed_at: new Date(now).toISOString(),
  }
}

/** Where an installed build lies. */
export function buildFolder(
  home: HiveHome,
  release: Pick<ReleaseDocument, 'worker'>,
  build: InstalledBuild,
): string {
  return join(home.worker(release.worker).builds, build.build)
}
