import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { WorkerId } from '@rbee/schema'

/**
 * Where things lie below the hive's home folder:
 *
 * ```
 * workers/<id>/active.json        which build is installed, and which one came before it
 * workers/<id>/builds/<name>/     the unpacked archives
 * staging/<random>/               builds that are not proven yet
 * running/<id>.json               started workers
 * logs/<id>.log                   their output
 * locks/<id>/                     who is changing what is recorded of a worker
 * ```
 */
export interface HiveHome {
  readonly root: string
  readonly workers: string
  readonly staging: string
  readonly running: string
  worker(id: WorkerId): { folder: string; builds: string; active: string }
  runningFile(id: string): string
  logFile(id: string): string
  lockFolder(id: WorkerId): string
}

/** @param setting a path; a leading `~/` means the user's own folder, a relative path the caller's. */
export function hiveHome(setting: string, cwd: string): HiveHome {
  const expanded = setting === '~' || setting.startsWith('~/') ? join(homedir(), setting.slice(2)) : setting
  const root = resolve(cwd, expanded)
  return {
    root,
    workers: join(root, 'workers'),
    staging: join(root, 'staging'),
    running: join(root, 'running'),
    worker: (id) => {
      const folder = join(root, 'workers', id)
      return { folder, builds: join(folder, 'builds'), active: join(folder, 'active.json') }
    },
    runningFile: (id) => join(root, 'running', `${id}.json`),
    logFile: (id) => join(root, 'logs', `${id}.log`),
    lockFolder: (id) => join(root, 'locks', id),
  }
}
