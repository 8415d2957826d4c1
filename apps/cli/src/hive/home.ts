import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'
import { RbeeError, type WorkerId } from '@rbee/schema'
import { userFolder } from './user-folder.ts'

/**
 * Where things lie below the hive's home folder:
 *
 * ```
 * rbee.lock                       what was chosen for every worker, for other hosts to choose alike
 * workers/<id>/active.json        which build is installed, and which one came before it
 * workers/<id>/builds/<name>/     the unpacked archives
 * workers/<id>/structures/        what these archives held beside their files, to check them again
 * staging/<random>/               builds that are not proven yet
 * workers/<id>/pins/              builds that an update is about to start
 * running/<name>.json             workers that run, and how to talk to who watches over them
 * ports/<name>.json               the port that a worker had, so that it gets it again
 * logs/<name>.log, .log.1 …       what they print
 * source-builds/<random>/         builds from source that are under way
 * build-logs/<id>.log, .log.1     what the last build of a worker printed, and the one before
 * build-logs/<id>.rebuild.log     the same of `rbee-publish rebuild`
 * revocations/<hash>.json         which releases of a registry may not run, as it said last
 * file-digests.json               of large installed files, so that they are recognized in other archives
 * licenses.json                   licences of premium workers, for nobody but their owner to read
 * seats/<hash>-<licence>/         the seat that this machine has of a licence: its lease, and who uses it
 * machine-id                      what stands for this machine where its system has no id of its own
 * trust/<hash>/                   which root of a registry is trusted, what it signed when it was asked last, and how long its
 *                                 log was then
 * locks/<id>/                     who is changing what is recorded of a worker
 * ```
 */
export interface HiveHome {
  readonly root: string
  readonly workers: string
  readonly staging: string
  readonly running: string
  readonly ports: string
  readonly sourceBuilds: string
  readonly licenses: string
  readonly seats: string
  readonly machineId: string
  readonly fileDigests: string
  /** One folder for each registry that is known. */
  readonly trust: string
  worker(id: WorkerId): { folder: string; builds: string; structures: string; active: string; pins: string }
  runningFile(name: string): string
  portFile(name: string): string
  logFile(name: string): string
  buildLog(id: WorkerId): string
  rebuildLog(id: WorkerId): string
  /** @param registry its address, without a slash at the end */
  revocationsFile(registry: string): string
  /** @param registry its address, without a slash at the end */
  trustFolder(registry: string): string
  /** @param registry its address, without a slash at the end */
  seatFolder(registry: string, license: string): string
  lockFolder(subject: LockSubject): string
}

/**
 * What takes turns: changes of a worker's record, its updates, the start of an instance, changes of a lock file, and of what is
 * trusted of a registry.
 */
export type LockSubject =
  | { readonly record: WorkerId }
  | { readonly update: WorkerId }
  | { readonly start: string }
  | { readonly lockFile: string }
  | { readonly trust: string }

/**
 * Where a setting leads to: a leading `~/` means the user's own folder, a relative path the caller's. Null for a user who
 * has no folder, where the setting needs one.
 */
export function homeRoot(setting: string, cwd: string): string | null {
  if (setting !== '~' && !setting.startsWith('~/')) return resolve(cwd, setting)
  const own = userFolder()
  return own === null ? null : resolve(cwd, join(own, setting.slice(2)))
}

/** Fails with `setting_invalid` for a user who has no folder, where the setting needs one. */
export function hiveHome(setting: string, cwd: string): HiveHome {
  const root = homeRoot(setting, cwd)
  if (root === null) {
    throw new RbeeError('setting_invalid', `this user has no home folder, which ${setting} needs`, {
      next: 'name a folder for workers with --home or RBEE_HOME',
    })
  }
  return {
    root,
    workers: join(root, 'workers'),
    staging: join(root, 'staging'),
    running: join(root, 'running'),
    worker: (id) => {
      const folder = join(root, 'workers', id)
      return {
        folder,
        builds: join(folder, 'builds'),
        structures: join(folder, 'structures'),
        active: join(folder, 'active.json'),
        pins: join(folder, 'pins'),
      }
    },
    ports: join(root, 'ports'),
    sourceBuilds: join(root, 'source-builds'),
    licenses: join(root, 'licenses.json'),
    seats: join(root, 'seats'),
    machineId: join(root, 'machine-id'),
    fileDigests: join(root, 'file-digests.json'),
    trust: join(root, 'trust'),
    runningFile: (name) => join(root, 'running', `${name}.json`),
    portFile: (name) => join(root, 'ports', `${name}.json`),
    logFile: (name) => join(root, 'logs', `${name}.log`),
    buildLog: (id) => join(root, 'build-logs', `${id}.log`),
    rebuildLog: (id) => join(root, 'build-logs', `${id}.rebuild.log`),
    revocationsFile: (registry) => join(root, 'revocations', `${shortHash(registry)}.json`),
    trustFolder: (registry) => join(root, 'trust', shortHash(registry)),
    seatFolder: (registry, license) => join(root, 'seats', `${shortHash(registry)}-${license}`),
    lockFolder: (subject) => join(root, 'locks', lockName(subject)),
  }
}

/** An address holds what no name of a file may. */
function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

/** Ids hold no dot, so that no two subjects share a name. */
function lockName(subject: LockSubject): string {
  if ('record' in subject) return subject.record
  if ('trust' in subject) return `trust.${shortHash(subject.trust)}`
  if ('lockFile' in subject) return `file.${createHash('sha256').update(subject.lockFile).digest('hex')}`
  return 'update' in subject ? `update.${subject.update}` : `start.${subject.start}`
}
