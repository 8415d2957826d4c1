import { lstat, opendir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode } from '@rbee/schema'
import { formatBytes } from '../../program/terminal.ts'
import { type BuildUser, familyOf, listTasks, type Task } from './build-user.ts'
import type { BuildLimits } from './limits.ts'

/** What a build takes at one moment. */
export interface BuildUsage {
  readonly processes: number
  readonly memory: number
}

/** Which limit ended a build. */
export type ReachedLimit = {
  readonly limit: 'time' | 'memory' | 'disk' | 'processes'
  readonly message: string
}

export interface Watched {
  readonly pid: number
  readonly user: BuildUser
  /** Folders whose contents count. */
  readonly folders: readonly string[]
  readonly limits: BuildLimits
  /** When the whole build has to be done, in milliseconds since the epoch. */
  readonly deadline: number
}

const TASKS_EVERY_MS = 250
const TASKS_AT_LATEST_MS = 1_000
const DISK_EVERY_MS = 500
/** Looking through many processes or a large tree takes time itself: at most a tenth of it is spent so. */
const PAUSE_FACTOR = 10
/** What other programs of the machine need to go on. */
const FREE_BYTES_LEFT = 256 * 2 ** 20

/** Looks again and again at what a build takes, until a limit is reached or `signal` says that it has ended. */
export async function watch(
  watched: Watched,
  clock: () => number,
  onUsage: (usage: BuildUsage) => void,
  signal: AbortSignal,
): Promise<ReachedLimit | null> {
  const ended = new AbortController()
  const either = AbortSignal.any([signal, ended.signal])
  const reached = await Promise.race([
    watchTasks(watched, clock, onUsage, either),
    watchDisk(watched, clock, either),
  ])
  ended.abort()
  return reached
}

async function watchTasks(
  { pid, user, limits, deadline }: Watched,
  clock: () => number,
  onUsage: (usage: BuildUsage) => void,
  signal: AbortSignal,
): Promise<ReachedLimit | null> {
  while (!signal.aborted) {
    const started = clock()
    const tasks = tasksOf(pid, user, await listTasks())
    const usage = {
      processes: tasks.reduce((sum, { threads }) => sum + threads, 0),
      memory: tasks.reduce((sum, { memory }) => sum + memory, 0),
    }
    onUsage(usage)
    if (clock() >= deadline) return over('time', `it took longer than ${limits.seconds} s`)
    if (usage.memory > limits.memory)
      return over('memory', `it took more than ${formatBytes(limits.memory)} of memory`)
    if (usage.processes > limits.processes)
      return over('processes', `it ran more than ${limits.processes} processes at once`)
    const patience = Math.min((clock() - started) * PAUSE_FACTOR, TASKS_AT_LATEST_MS)
    await pause(Math.max(TASKS_EVERY_MS, patience), signal)
  }
  return null
}

/** A user of its own tells even those that have left the family and its group. */
function tasksOf(pid: number, user: BuildUser, tasks: readonly Task[]): readonly Task[] {
  return user === null ? familyOf(pid, tasks) : tasks.filter(({ uid }) => uid === user.uid)
}

async function watchDisk(
  { folders, limits }: Watched,
  clock: () => number,
  signal: AbortSignal,
): Promise<ReachedLimit | null> {
  while (!signal.aborted) {
    const started = clock()
    let size = 0
    for (const folder of folders) {
      size += await sizeOfTree(folder, limits.disk - size, signal)
      const { bavail, bsize } = await statfs(folder)
      if (bavail * bsize < FREE_BYTES_LEFT) return over('disk', 'the disk is nearly full')
    }
    if (size > limits.disk) return over('disk', `it wrote more than ${formatBytes(limits.disk)}`)
    await pause(Math.max(DISK_EVERY_MS, (clock() - started) * PAUSE_FACTOR), signal)
  }
  return null
}

/** What a folder takes on the disk, in bytes; counting ends above `enough`. Files may come and go meanwhile. */
async function sizeOfTree(folder: string, enough: number, signal: AbortSignal): Promise<number> {
  let size = 0
  const folders = [folder]
  for (let path = folders.pop(); path !== undefined && !signal.aborted; path = folders.pop()) {
    try {
      for await (const entry of await opendir(path)) {
        const own = join(path, entry.name)
        if (entry.isDirectory()) folders.push(own)
        else size += await sizeOfFile(own)
        if (size > enough) return size
      }
    } catch (error) {
      if (!hasCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) throw error
    }
  }
  return size
}

async function sizeOfFile(path: string): Promise<number> {
  try {
    return (await lstat(path)).blocks * 512
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return 0
    throw error
  }
}

function over(limit: ReachedLimit['limit'], message: string): ReachedLimit {
  return { limit, message }
}

/** Ends early, without an error, when the build has ended. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
