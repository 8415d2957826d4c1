import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { PREFERRED_FORMATS, type TarStructure } from '@rbee/packaging'
import { explainPlan, planInstall } from '@rbee/resolver'
import {
  type HostProfile,
  type InstallPlan,
  type PlanWarning,
  platformSchema,
  RbeeError,
  type ReleaseDocument,
  sha256Of,
} from '@rbee/schema'
import { formatBytes, type Terminal } from '../program/terminal.ts'
import type { FetchBytes } from '../registry/fetch-bytes.ts'
import { keepStructure } from './archive-structure.ts'
import { isIntact, programSize } from './build-program.ts'
import { shareFiles } from './disk/share-files.ts'
import { translateDiskError } from './disk-errors.ts'
import type { Evidence } from './evidence/evidence.ts'
import type { Vouch } from './evidence/vouch.ts'
import { fetchArchive } from './fetch-archive.ts'
import type { HiveHome } from './home.ts'
import { activate, type InstalledBuild, surveyWorker, tidyBuilds } from './installed.ts'
import { seatWarning, type TakeSeat } from './licenses/take-seat.ts'
import { choosePatch } from './patches/choose-patch.ts'
import { fetchPatched } from './patches/fetch-patched.ts'
import type { ArtifactName } from './provenance/check-publisher.ts'
import { runSelfTest } from './self-test.ts'
import { clearWorkplaces } from './source-build/workplace.ts'
import { leaveStaging, openStaging, type Staging } from './staging.ts'
import { checkSystemDependencies } from './system-dependencies.ts'
import { workerEnvironment } from './worker-environment.ts'

export interface InstallRequest {
  readonly release: ReleaseDocument
  readonly profile: HostProfile
  readonly registry: string
  /** The user's own choice of a variant. */
  readonly variant?: string
  readonly allowYanked: boolean
  /** What is to be known about the choice of the release. */
  readonly warnings?: readonly PlanWarning[]
  readonly home: HiveHome
}

export interface InstallSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly clock: () => number
  readonly fetch: typeof fetch
  readonly fetchBytes: FetchBytes
  readonly vouch: Vouch
  readonly takeSeat: TakeSeat
  /** Whether neither patches nor parts of archives are to be had. */
  readonly wholeArchives?: boolean
}

/** The plan that was carried out, and what came of it. */
export interface InstallResult extends InstallPlan {
  readonly status: 'installed' | 'already_installed'
  readonly installed: InstalledBuild
  /** Where the build lies. */
  readonly folder: string
  /** Null when the build was not tested, because it has no self-test or was installed already. */
  readonly self_test_milliseconds: number | null
  /** Null where nothing had to be downloaded. */
  readonly transfer: Transfer | null
}

/** What was downloaded of an artifact. */
export interface Transfer {
  /** All bytes that came, of archives and patches together. */
  readonly bytes: number
  /** The installed version that a patch made the artifact out of; null where the whole archive was downloaded. */
  readonly patched_from: string | null
  /** Bytes of the archive that were not downloaded, because installed files hold what they stand for. */
  readonly reused_bytes: number
}

/** What becomes of a build that has proven itself: by default it is made active. The folder is to be moved away. */
export type Settle = (staged: string, build: InstalledBuild) => Promise<void>

type PlannedArtifact = NonNullable<InstallPlan['artifact']>
type FailedVariant = { readonly variant: string; readonly reason: string }

/** Plans without doing anything. `failed` are variants whose self-test failed on this host. */
export function plan(request: InstallRequest, failed: readonly FailedVariant[] = []): InstallPlan {
  const planned = planInstall({
    release: request.release,
    profile: request.profile,
    registry: request.registry,
    formats: PREFERRED_FORMATS,
    ...(request.variant === undefined ? {} : { variant: request.variant }),
    allowYanked: request.allowYanked,
    failedSelfTests: failed,
  })
  const { worker, distribution } = request.release
  const seat = distribution.requires_license && planned.variant !== null ? [seatWarning(worker)] : []
  return { ...planned, warnings: [...planned.warnings, ...seat, ...(request.warnings ?? [])] }
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
 * Installs the best variant for the host: downloads and unpacks it beside what is there, lets it prove itself and makes
 * it active with one rename. A variant that fails its self-test is passed over and the next best is tried. Until the
 * rename, and after any failure or interruption, what was installed before stays as it was.
 *
 * Fails with `nothing_fits`, `quarantined` or `self_test_failed`, whose details are the last plan; with `system_dependency_missing`,
 * `disk_full`, or with what the download, the archive and vouching for the release fail with.
 */
export async function install(
  request: InstallRequest,
  surroundings: InstallSurroundings,
  settle: Settle = (staged, build) => activate(request.home, request.release.worker, staged, build),
): Promise<InstallResult> {
  const failed: FailedVariant[] = []
  await clearWorkplaces(request.home)
  for (;;) {
    const chosen = plan(request, failed)
    showPlan(chosen, failed, surroundings.terminal)
    const { variant, artifact } = chosen
    if (variant === null || artifact === null) throw await nothingLeft(chosen, failed, request)

    const present = await findInstalled(request, variant, artifact, surroundings.terminal)
    if (present !== null) {
      await tidyBuilds(request.home, request.release.worker)
      return resultOf('already_installed', request, chosen, present)
    }

    await checkSystemDependencies(request.release, surroundings.env.PATH)
    const seat = await surroundings.takeSeat(request.release)
    const { clock, signal } = surroundings
    const staging = await openStaging(request.home, clock(), sha256Of(artifact.checksum))
    const { folder: staged, from } = staging
    // Without room for the rest, what an interrupted download has left waits until there is some.
    let goesOn = true
    try {
      await assertRoom(request.home.staging, artifact.unpacked_size - (from?.unpacked ?? 0))
      goesOn = false
      const { structure, evidence, transfer } = await fetchVouched(
        staging,
        request,
        { ...chosen, variant, artifact },
        surroundings,
      )
      const outcome = await prove(staged, request.release, surroundings, seat)
      if (outcome.passed) {
        await shareLargeFiles(request.home, staged, surroundings)
        const described = await describeBuild(
          staged,
          request,
          chosen,
          variant,
          artifact,
          surroundings.clock(),
        )
        const build = { ...described, evidence }
        await settle(staged, build)
        if (structure !== null) await keepBeside({ ...request, ...surroundings }, build, structure)
        return resultOf('installed', request, chosen, build, { milliseconds: outcome.milliseconds, transfer })
      }
      failed.push({ variant, reason: outcome.cause })
    } catch (error) {
      goesOn ||= signal.aborted || (error instanceof RbeeError && error.code === 'registry_unreachable')
      throw error
    } finally {
      await leaveStaging(staging, goesOn)
    }
  }
}

/** Whether nothing is left because the release is blocked, on every host alike. */
export function isQuarantined({ variant, rejected }: InstallPlan): boolean {
  return variant === null && rejected.some(({ code }) => code === 'quarantined')
}

/** The whole plan at first; after a failed self-test why, and what comes next. */
function showPlan(chosen: InstallPlan, failed: readonly FailedVariant[], terminal: Terminal): void {
  const last = failed.at(-1)
  const lines = explainPlan({ ...chosen, warnings: [] })
  // That nothing fits is told by the failure which follows.
  if (!last) for (const line of lines) if (line !== chosen.reason) terminal.info(line)
  if (chosen.variant === null) return
  const explained = chosen.warnings.some(({ message }) => message.includes(`${last?.variant} failed`))
  if (last && !explained) terminal.warn(`${last.variant} failed its self-test: ${last.reason}`)
  for (const { code, message } of chosen.warnings) {
    // How young a release is is no danger in itself.
    if (code === 'young_release' || code === 'newer_held_back' || code === 'license_seat')
      terminal.info(message)
    else terminal.warn(message)
  }
  if (last) terminal.step(`trying the next best variant: ${chosen.variant}`)
}

/** Says what stands against every variant. */
export async function nothingLeft(
  chosen: InstallPlan,
  failed: readonly FailedVariant[],
  { release, home }: InstallRequest,
): Promise<RbeeError> {
  if (isQuarantined(chosen)) {
    return new RbeeError(
      'quarantined',
      `${chosen.worker} ${chosen.version} is quarantined: ${release.quarantined}`,
      {
        next: `it may not run anywhere; see other versions with: rbee-hive info ${chosen.worker}`,
        details: chosen,
      },
    )
  }
  if (failed.length === 0) {
    const other = chosen.rejected.find(({ code }) => code === 'lower_preference')
    const info = `see what each variant needs with: rbee-hive info ${chosen.worker}@${chosen.version}`
    return new RbeeError('nothing_fits', chosen.reason, {
      next: other
        ? `${other.variant} would fit; let the best variant be chosen with: rbee-hive install ${chosen.worker} --auto`
        : info,
      details: chosen,
    })
  }
  const [before] = (await surveyWorker(home, release.worker)).sound
  const stays = before ? `${before.active.version} (${before.active.variant}) stays installed; ` : ''
  const causes = failed.map(({ variant: name, reason }) => `${name}: ${reason}`).join('; ')
  return new RbeeError(
    'self_test_failed',
    `no variant of ${chosen.worker} ${chosen.version} passed its self-test here: ${causes}`,
    {
      next: `${stays}cure what the self-test reports and install again, or tell the author of the worker`,
      details: chosen,
    },
  )
}

function resultOf(
  status: InstallResult['status'],
  { home, release }: InstallRequest,
  chosen: InstallPlan,
  installed: InstalledBuild,
  done: { readonly milliseconds: number | null; readonly transfer: Transfer } | null = null,
): InstallResult {
  const folder = join(home.worker(release.worker).builds, installed.build)
  const [tested, transfer] = [done?.milliseconds ?? null, done?.transfer ?? null]
  return { ...chosen, status, installed, folder, self_test_milliseconds: tested, transfer }
}

/** The installed build when it is exactly what is planned, and still there. What is damaged is installed anew. */
async function findInstalled(
  { home, release }: InstallRequest,
  variant: string,
  artifact: PlannedArtifact,
  terminal: Terminal,
): Promise<InstalledBuild | null> {
  const { sound, damaged } = await surveyWorker(home, release.worker)
  for (const { message } of damaged) terminal.warn(`${message}; installing it anew`)
  const active = sound[0]?.active
  const same =
    active?.digest === artifact.digest && active.version === release.version && active.variant === variant
  if (!same) return null
  if (await isIntact(join(home.worker(release.worker).builds, active.build), active)) return active
  terminal.warn(
    `the program of ${release.worker} ${active.version} (${variant}) is missing or damaged; installing it anew`,
  )
  return null
}

/** Says so before a download that cannot be unpacked. Fails with `disk_full`. */
async function assertRoom(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= bytes) return
  const free = formatBytes(bavail * bsize)
  throw new RbeeError('disk_full', `${folder} needs ${formatBytes(bytes)} of free space and has ${free}`, {
    next: 'free some space, or choose another folder with --home, and run the command again',
  })
}

/** Downloads while the registry is asked what speaks for the release. What fails first ends the other. */
async function fetchVouched(
  staging: Staging,
  request: InstallRequest,
  { variant, platform, artifact }: ArtifactName & { artifact: PlannedArtifact },
  surroundings: InstallSurroundings,
): Promise<Fetched & { evidence: Evidence }> {
  const { release } = request
  const failed = new AbortController()
  const signal = AbortSignal.any([surroundings.signal, failed.signal])
  const orEnd = <Result>(work: Promise<Result>) =>
    work.catch((error: unknown) => {
      failed.abort(error)
      throw error
    })
  const [fetched, vouched] = await Promise.allSettled([
    orEnd(fetchArtifact(staging, request, artifact, { ...surroundings, signal })),
    orEnd(surroundings.vouch({ release, artifact: { variant, platform }, signal })),
  ])
  if (fetched.status === 'rejected' || vouched.status === 'rejected') throw failed.signal.reason
  return { ...fetched.value, evidence: vouched.value }
}

interface Fetched {
  /** What the archive holds beside its files, where that can be kept. */
  readonly structure: TarStructure | null
  readonly transfer: Transfer
}

/** With a patch of what is installed where that saves much, else the archive. */
async function fetchArtifact(
  staging: Staging,
  { home, release, registry }: InstallRequest,
  artifact: PlannedArtifact,
  surroundings: InstallSurroundings,
): Promise<Fetched> {
  let bytes = 0
  const count = (more: number) => {
    bytes += more
  }
  // An interrupted download of the archive is gone on with: part of it is there.
  const takesPatch = staging.from === null && surroundings.wholeArchives !== true
  const chosen = takesPatch ? await choosePatch(home, release, artifact) : null
  const patched =
    chosen && (await fetchPatched(chosen, staging.folder, artifact, registry, surroundings, count))
  if (chosen !== null && patched !== null && patched !== 'failed') {
    return { ...patched, transfer: { bytes, patched_from: chosen.patch.from_version, reused_bytes: 0 } }
  }
  const installed = surroundings.wholeArchives === true ? null : home
  const { structure, reused } = await fetchArchive(staging, artifact, installed, surroundings, count)
  return { structure, transfer: { bytes, patched_from: null, reused_bytes: reused } }
}

/** What other builds hold already takes no room a second time. */
async function shareLargeFiles(
  home: HiveHome,
  staged: string,
  { terminal, signal }: InstallSurroundings,
): Promise<void> {
  const saved = await shareFiles(home, staged, signal)
  if (saved > 0) terminal.info(`${formatBytes(saved)} are shared with what is installed already`)
}

/** For `doctor` only: a disk that has no room for it left does not undo an install that is done. */
async function keepBeside(
  { home, release, terminal }: InstallRequest & Pick<InstallSurroundings, 'terminal'>,
  { build }: InstalledBuild,
  structure: TarStructure,
): Promise<void> {
  try {
    await keepStructure(home, release.worker, build, structure)
  } catch (error) {
    const failure = translateDiskError(error, home.worker(release.worker).structures)
    if (!(failure instanceof RbeeError)) throw failure
    terminal.warn(`doctor will not be able to check this build: ${failure.message}`)
  }
}

/** Lets an unpacked build prove itself. @param seat what tells it of the seat that it has of a licence. */
export async function prove(
  staged: string,
  release: ReleaseDocument,
  surroundings: Pick<InstallSurroundings, 'terminal' | 'env' | 'signal' | 'clock'>,
  seat: Readonly<Record<string, string>> = {},
) {
  if (release.selftest !== null) surroundings.terminal.step('running its self-test')
  return runSelfTest(staged, release.selftest, {
    env: { ...workerEnvironment(surroundings.env), ...seat },
    signal: surroundings.signal,
    clock: surroundings.clock,
  })
}

async function describeBuild(
  staged: string,
  request: InstallRequest,
  chosen: InstallPlan,
  variant: string,
  artifact: PlannedArtifact,
  now: number,
): Promise<InstalledBuild> {
  const { release } = request
  const size = await programSize(staged, release.binary_name)
  return {
    version: release.version,
    variant,
    platform: platformSchema.parse(chosen.platform),
    digest: artifact.digest,
    build: `${release.version}-${variant}-${sha256Of(artifact.digest).slice(0, 16)}`,
    binary_name: release.binary_name,
    ...(size === null ? {} : { program_size: size }),
    run: release.run,
    selftest: release.selftest,
    registry: request.registry,
    gpu: chosen.gpu,
    reason: chosen.reason,
    installed_at: new Date(now).toISOString(),
    ...(release.distribution.requires_license && { requires_license: true }),
  }
}
