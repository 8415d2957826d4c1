import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode } from '@rbee/schema'
import { killProcess } from '../process-group.ts'

/** The user as whom a build runs: null is whoever runs this program. */
export type BuildUser = { readonly uid: number; readonly gid: number } | null

/** What systemd keeps for users that exist for one service only (systemd.exec(5), DynamicUser=): nobody owns files there. */
const FIRST_UID = 61_184
const LAST_UID = 65_519

/**
 * A build never runs as root: then it gets a user of its own, which owns nothing and runs nothing else.
 *
 * @param start tells builds apart that begin at the same time
 * @param others users of other builds
 */
export async function chooseBuildUser(
  ownUid: number | undefined,
  start: number,
  others: readonly number[],
): Promise<BuildUser> {
  if (ownUid !== 0) return null
  const count = LAST_UID - FIRST_UID + 1
  const taken = new Set([...others, ...(await listTasks()).map(({ uid }) => uid)])
  for (let step = 0; step < count; step += 1) {
    const uid = FIRST_UID + ((start + step) % count)
    if (!taken.has(uid)) return { uid, gid: uid }
  }
  throw new Error('every user that a build could run as runs something')
}

export function isBuildUid(uid: number): boolean {
  return uid >= FIRST_UID && uid <= LAST_UID
}

/** Ends whatever runs as the user of a build: nothing else does. */
export async function endUser(uid: number): Promise<void> {
  if (!isBuildUid(uid)) return
  for (let round = 0; round < 20; round += 1) {
    const left = (await listTasks()).filter((task) => task.uid === uid)
    if (left.length === 0) return
    for (const { pid } of left) killProcess(pid)
    await sleep(10)
  }
}

/** A process of this machine and what it takes. */
export interface Task {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly uid: number
  readonly threads: number
  /** Memory that only its end gives back: its own pages, and those it shares without a file, in bytes. */
  readonly memory: number
}

/** All processes that can be seen, as `/proc/PID/status` tells of them (proc(5)). Linux only: elsewhere none. */
export async function listTasks(): Promise<Task[]> {
  if (process.platform !== 'linux') return []
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const tasks = await Promise.all(names.map(readTask))
  return tasks.filter((task) => task !== null)
}

async function readTask(name: string): Promise<Task | null> {
  let status: string
  try {
    status = await readFile(`/proc/${name}/status`, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return null
    throw error
  }
  const field = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(status)?.[1] ?? 0)
  const ended = /^State:\s*[ZX]/m.test(status)
  if (ended) return null
  return {
    pid: Number(name),
    parent: field('PPid'),
    group: field('NSpgid'),
    uid: field('Uid'),
    threads: field('Threads'),
    memory: (field('RssAnon') + field('RssShmem')) * 1024,
  }
}

/** The processes of a group, and whatever they started, and what these started. */
export function familyOf(group: number, tasks: readonly Task[]): Task[] {
  const children = Map.groupBy(tasks, ({ parent }) => parent)
  const family = new Set(tasks.filter((task) => task.group === group))
  // A set goes on to what is added to it meanwhile.
  for (const { pid } of family) for (const child of children.get(pid) ?? []) family.add(child)
  return [...family]
}
