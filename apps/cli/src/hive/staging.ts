import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ResumePoint, readJournal, readResumePoint } from '@rbee/packaging'
import { hasCode, type Sha256 } from '@rbee/schema'
import { filesBelow } from './disk/installed-files.ts'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import type { HiveHome } from './home.ts'
import { namesIn } from './names-in.ts'
import { livingOwner, nameOfThisProcess } from './process-identity.ts'

/** Where a build is put together until it is proven. */
export interface Staging {
  /** The build's files. Made by whoever unpacks into it, unless `from` says that it is there. */
  readonly folder: string
  /** Says how far an archive has been unpacked. */
  readonly journal: string
  /** What an interrupted download of the same archive has left; null where there is none. */
  readonly from: ResumePoint | null
}

const JOURNAL = '.journal'
/** How long an interrupted download is kept for the command to be run again, in milliseconds. */
export const KEPT_MS = 7 * 24 * 60 * 60 * 1000

/**
 * A place for a fresh build. Of what processes that are gone left, killed or cut off from power, the download of `archive`
 * is taken over; what cannot be gone on with, or is too old to be, is removed.
 */
export async function openStaging(
  home: HiveHome,
  now: number,
  archive: Sha256 | null = null,
): Promise<Staging> {
  await makeFolder(home.staging)
  const own = join(home.staging, await nameOfThisProcess())
  const staging = { folder: own, journal: `${own}${JOURNAL}` }
  try {
    let from: ResumePoint | null = null
    for (const left of await abandonedStagings(home)) {
      if (await isWorthless(left, now)) await remove(left)
      else if (archive !== null) from ??= await takeOver(left, archive, staging)
    }
    return { ...staging, from }
  } catch (error) {
    throw translateDiskError(error, home.staging)
  }
}

/**
 * Ends the work in a place: what is left there is removed, unless the command was interrupted and can go on with it
 * when it is run again.
 */
export async function leaveStaging(staging: Staging, goesOn: boolean): Promise<void> {
  if (goesOn && (await modifiedAt(staging.journal)) !== null) return
  await remove(staging)
}

type Place = Omit<Staging, 'from'>

/** What processes that are gone have left. */
export async function abandonedStagings(home: HiveHome): Promise<Place[]> {
  const owners = new Set((await namesIn(home.staging)).map((name) => name.replace(/\.journal$/, '')))
  const left: Place[] = []
  for (const name of [...owners].toSorted()) {
    if ((await livingOwner(name)) !== null) continue
    const folder = join(home.staging, name)
    left.push({ folder, journal: `${folder}${JOURNAL}` })
  }
  return left
}

/** Removes what processes that are gone have left. @returns its bytes on the disk */
export async function clearStagings(places: readonly Place[]): Promise<number> {
  let bytes = 0
  for (const place of places) {
    for (const { allocated } of await filesBelow(place.folder)) bytes += allocated
    await remove(place)
  }
  return bytes
}

/** What has no journal, or one that tells no point, was not far or was being made otherwise; what is old, nobody asks for again. */
async function isWorthless({ folder, journal }: Place, now: number): Promise<boolean> {
  const [made, told] = await Promise.all([modifiedAt(folder), modifiedAt(journal)])
  if (made === null || told === null || now - told > KEPT_MS) return true
  return (await readJournal(journal)) === null
}

/** Of two that want it, the one whose rename comes second finds nothing. */
async function takeOver(left: Place, archive: Sha256, own: Place): Promise<ResumePoint | null> {
  const point = await readResumePoint(left.journal, archive)
  if (point === null) return null
  try {
    await rename(left.folder, own.folder)
    await rename(left.journal, own.journal)
    return point
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    await remove(own)
    return null
  }
}

async function remove({ folder, journal }: Place): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await rm(journal, { force: true })
}

/** Milliseconds since the epoch; null for what does not exist. */
async function modifiedAt(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
