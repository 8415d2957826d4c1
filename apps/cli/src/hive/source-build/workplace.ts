import { chown, lstat, mkdir, mkdtemp, readdir, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'
import { makeFolder, translateDiskError } from '../disk-errors.ts'
import type { HiveHome } from '../home.ts'
import { processesMarked, signalGroup } from '../process-group.ts'
import { livingOwner, nameOfThisProcess } from '../process-identity.ts'
import { type BuildUser, chooseBuildUser, endUser, isBuildUid } from './build-user.ts'
import { removeTree } from './remove-tree.ts'

/** In the environment of every process of a build: its place, so that what a killed hive left is found. */
export const BUILD_VARIABLE = 'RBEE_SOURCE_BUILD'

/** Where one build works. Nothing of it stays. */
export interface Workplace {
  /** Names it among others, and is the value of {@link BUILD_VARIABLE}. */
  readonly name: string
  /** Everything below belongs to `user`. */
  readonly root: string
  /** The PKGBUILD as it was shown. */
  readonly script: string
  /** Where the build sees the PKGBUILD, and where `src` and `pkg` come to lie. */
  readonly start: string
  /** What was fetched. */
  readonly sources: string
  readonly home: string
  readonly temporary: string
  readonly user: BuildUser
  remove(): Promise<void>
}

/** Where builds of root lie: their users may not go through root's own folders. */
const SHARED_FOLDER = '/var/tmp'
const SHARED_PREFIX = join(SHARED_FOLDER, 'rbee-build-')

/** Makes a place for one build. Fails with `disk_full` or `setting_invalid`. */
export async function openWorkplace(home: HiveHome): Promise<Workplace> {
  await makeFolder(home.sourceBuilds)
  const name = await nameOfThisProcess()
  const entry = join(home.sourceBuilds, name)
  const user = await chooseBuildUser(process.getuid?.(), process.pid, await ownersOfPlaces())
  try {
    const root = user === null ? entry : await mkdtemp(SHARED_PREFIX)
    if (user === null) await mkdir(root, { mode: 0o700 })
    else await symlink(root, entry)
    const place = {
      name,
      root,
      script: join(root, 'PKGBUILD'),
      start: join(root, 'start'),
      sources: join(root, 'sources'),
      home: join(root, 'home'),
      temporary: join(root, 'tmp'),
      user,
      remove: () => removeWorkplace(entry, name),
    }
    for (const folder of [place.start, place.sources, place.home, place.temporary]) {
      await mkdir(folder, { mode: 0o700 })
      if (user !== null) await chown(folder, user.uid, user.gid)
    }
    if (user !== null) await chown(root, user.uid, user.gid)
    return place
  } catch (error) {
    throw translateDiskError(error, home.sourceBuilds)
  }
}

/** Users of builds that run at this moment, even if they have no process right now. */
async function ownersOfPlaces(): Promise<readonly number[]> {
  const owners: number[] = []
  for (const name of await listIfThere(SHARED_FOLDER)) {
    const path = join(SHARED_FOLDER, name)
    if (path.startsWith(SHARED_PREFIX)) owners.push((await lstat(path)).uid)
  }
  return owners
}

/** Ends and removes what builds left whose hive was killed. */
export async function clearWorkplaces(home: HiveHome): Promise<void> {
  for (const name of await listIfThere(home.sourceBuilds))
    if ((await livingOwner(name)) === null) await removeWorkplace(join(home.sourceBuilds, name), name)
}

async function removeWorkplace(entry: string, name: string): Promise<void> {
  for (const group of await processesMarked(`${BUILD_VARIABLE}=${name}`)) signalGroup(group, 'SIGKILL')
  const shared = await sharedRoot(entry)
  if (shared !== null) {
    await endUser(shared.uid)
    await removeTree(shared.root)
  }
  await removeTree(entry)
}

/** The folder elsewhere that an entry leads to, if it is one that this program made. */
async function sharedRoot(entry: string): Promise<{ root: string; uid: number } | null> {
  try {
    if (!(await lstat(entry)).isSymbolicLink()) return null
    const root = await readlink(entry)
    const info = await lstat(root)
    const isOurs = root.startsWith(SHARED_PREFIX) && !root.slice(SHARED_PREFIX.length).includes('/')
    const belongs = info.uid === 0 || isBuildUid(info.uid)
    return isOurs && info.isDirectory() && belongs ? { root, uid: info.uid } : null
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

async function listIfThere(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
