import {
  type OperatingSystem,
  platformParts,
  RbeeError,
  type ReleaseDocument,
  type WorkerDocument,
  type WorkerId,
} from '@rbee/schema'
import type { RegistrySource } from './registry-source.ts'

/** How many releases of a worker are looked at for one with a build: most have one in the newest. */
const RELEASES_LOOKED_AT = 5

/** A worker, and of its releases those that package managers offer. */
export interface OfferedWorker {
  readonly worker: WorkerDocument
  /** The newest release with a build for Linux. */
  readonly linux: ReleaseDocument | null
  /** The newest release with a build for macOS. */
  readonly macos: ReleaseDocument | null
}

/**
 * What there is to offer of a worker; null for one that is gone, or whose builds are sold: their bytes are not for everybody.
 *
 * Pre-releases are left out. Package managers have no channel for them, and pacman takes `1.0.0_rc.1` for newer than
 * `1.0.0` (vercmp), so that whoever had one would never get the release.
 */
export async function offeredWorker(source: RegistrySource, id: WorkerId): Promise<OfferedWorker | null> {
  const worker = await source.worker(id)
  if (worker !== null && worker.id !== id) throw otherThanAsked(source, id)
  if (worker === null || worker.distribution.requires_license) return null
  const releases = offeredReleases(source, worker)
  let linux: ReleaseDocument | null = null
  let macos: ReleaseDocument | null = null
  for await (const release of releases) {
    if (hasBuildFor(release, 'linux')) linux ??= release
    if (hasBuildFor(release, 'macos')) macos ??= release
    if (linux !== null && (macos !== null || !supports(worker, 'macos'))) break
  }
  return { worker, linux, macos }
}

/** Newest first, without those that were withdrawn. The list of versions is asked for only where the newest is not enough. */
async function* offeredReleases(
  source: RegistrySource,
  { id, version: latest }: WorkerDocument,
): AsyncGenerator<ReleaseDocument> {
  const newest = await readRelease(source, id, latest)
  if (newest !== null && isOffered(newest)) yield newest
  const versions = await source.versions(id)
  const others = (versions?.releases ?? [])
    .filter((listed) => listed.version !== latest && listed.platforms.length > 0 && isOffered(listed))
    .slice(0, RELEASES_LOOKED_AT)
  for (const { version } of others) {
    const release = await readRelease(source, id, version)
    if (release !== null && isOffered(release)) yield release
  }
}

async function readRelease(
  source: RegistrySource,
  id: WorkerId,
  version: string,
): Promise<ReleaseDocument | null> {
  const release = await source.release(id, version)
  if (release === null) return null
  if (release.worker !== id || release.version !== version) throw otherThanAsked(source, `${id} ${version}`)
  if (isPlausibleTime(release.published_at)) return release
  throw new RbeeError(
    'registry_invalid',
    `${source.url} says no time at which ${id} ${version} was published`,
    {
      next: 'tell the operator of the registry; nothing was changed',
    },
  )
}

/** Such as all formats can hold: tar up to the year 2242, zip from 1980 on. */
function isPlausibleTime(text: string): boolean {
  const time = Date.parse(text)
  return time >= Date.UTC(1980) && time < Date.UTC(2200)
}

/** Packages are named by what documents say of themselves: one that speaks for another worker must not get its name. */
function otherThanAsked({ url }: RegistrySource, asked: string): RbeeError {
  return new RbeeError('registry_invalid', `${url} answered with another document than that of ${asked}`, {
    next: 'tell the operator of the registry; nothing was changed',
  })
}

type Withdrawable = Pick<ReleaseDocument, 'prerelease' | 'yanked' | 'quarantined'>

function isOffered({ prerelease, yanked, quarantined }: Withdrawable): boolean {
  return !prerelease && yanked === null && quarantined === null
}

function hasBuildFor(release: ReleaseDocument, os: OperatingSystem): boolean {
  if (release.distribution.requires_license) return false
  return release.variants.some(({ artifacts }) =>
    artifacts.some(({ platform }) => platformParts(platform).os === os),
  )
}

function supports(worker: WorkerDocument, os: OperatingSystem): boolean {
  return worker.platforms.some((platform) => platform.os === os)
}
