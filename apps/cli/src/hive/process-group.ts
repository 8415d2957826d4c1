import { readdir, readFile, readlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, RbeeError } from '@rbee/schema'

/** A process as `/proc/PID/stat` describes it (proc(5)). */
interface ListedProcess {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Ended, but not yet taken note of by its parent. */
  readonly ended: boolean
}

/** Sends a signal to every process of a group; on Windows, which has none, to its first one. Untested there. */
export function signalGroup(group: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  // kill(2) takes 0 for the caller's own group and -1 for every process there is.
  if (group < 2) throw new Error(`${group} is not the number of a group that was started here`)
  // macOS answers EPERM for a group of which only ended processes are left.
  send(process.platform === 'win32' ? group : -group, signal, 'ESRCH', 'EPERM')
}

const POLL_MS = 50
const KILL_PATIENCE_MS = 5_000

/**
 * Asks a process group to end, waits, and ends it by force after `graceMs`.
 *
 * @returns whether it ended by itself. Fails with `still_running` when not even force helps.
 */
export async function endGroup(group: number, graceMs: number, clock: () => number): Promise<boolean> {
  const endsWithin = async (milliseconds: number) => {
    const deadline = clock() + milliseconds
    while (await groupLives(group)) {
      if (clock() >= deadline) return false
      await sleep(POLL_MS)
    }
    return true
  }
  signalGroup(group, 'SIGTERM')
  if (await endsWithin(graceMs)) return true
  signalGroup(group, 'SIGKILL')
  if (await endsWithin(KILL_PATIENCE_MS)) return false
  throw new RbeeError('still_running', `process ${group} does not end, not even when killed`, {
    next: 'it probably waits for a device; see your system log',
  })
}

/** Ends one process by force, if it is still there. */
export function killProcess(pid: number): void {
  send(pid, 'SIGKILL', 'ESRCH')
}

function send(target: number, signal: 'SIGTERM' | 'SIGKILL', ...gone: string[]): void {
  try {
    process.kill(target, signal)
  } catch (error) {
    if (!hasCode(error, ...gone)) throw error
  }
}

/** Whether any process of the group is still at work. */
async function groupLives(group: number): Promise<boolean> {
  try {
    process.kill(process.platform === 'win32' ? group : -group, 0)
  } catch (error) {
    if (hasCode(error, 'ESRCH', 'EPERM')) return false
    throw error
  }
  // In a container nobody may take note of an ended process: its number stays, but it does nothing any more.
  if (process.platform !== 'linux') return true
  return (await listProcesses()).some((listed) => listed.group === group && !listed.ended)
}

/**
 * Whether a process of the group, or one that descends from it, listens on a TCP port of this machine. Null where the
 * system does not tell: elsewhere than on Linux.
 */
export async function groupListens(group: number, port: number): Promise<boolean | null> {
  if (process.platform !== 'linux') return null
  const sockets = await listeningSockets(port)
  if (sockets.size === 0) return null
  for (const pid of familyOf(group, await listProcesses())) {
    for (const link of await linksIn(`/proc/${pid}/fd`)) if (sockets.has(link)) return true
  }
  return false
}

/**
 * The process groups of this user's processes whose environment holds a setting, given as `NAME=value`. Linux only:
 * elsewhere an empty list.
 */
export async function processesMarked(setting: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const groups = new Set<number>()
  for (const { pid, group, ended } of await listProcesses()) {
    // A group outside of this container's numbering is shown as 0.
    if (ended || pid === process.pid || group < 2) continue
    if ((await readIfThere(`/proc/${pid}/environ`)).split('\0').includes(setting)) groups.add(group)
  }
  return [...groups]
}

/** `socket:[INODE]` of every socket that listens on the port, as links below `/proc/PID/fd` name them. */
async function listeningSockets(port: number): Promise<Set<string>> {
  const LISTEN = '0A'
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readIfThere(table)).split('\n')) {
      // sl, local_address, rem_address, st, tx:rx, tr:tm, retrnsmt, uid, timeout, inode
      const fields = line.trim().split(/\s+/)
      if (fields[1]?.endsWith(suffix) && fields[3] === LISTEN) sockets.add(`socket:[${fields[9]}]`)
    }
  }
  return sockets
}

function familyOf(group: number, processes: readonly ListedProcess[]): Set<number> {
  const family = new Set(processes.filter((listed) => listed.group === group).map(({ pid }) => pid))
  for (let before = -1; before !== family.size; ) {
    before = family.size
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid)
  }
  return family
}

async function listProcesses(): Promise<ListedProcess[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const processes = await Promise.all(
    names.map(async (name) => {
      const stat = await readIfThere(`/proc/${name}/stat`)
      // The program's name stands in parentheses and may hold blanks and parentheses itself.
      const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const ended = state === 'Z' || state === 'X' || state === ''
      return { pid: Number(name), parent: Number(parent), group: Number(group), ended }
    }),
  )
  return processes
}

async function linksIn(folder: string): Promise<string[]> {
  const links: string[] = []
  for (const name of await unlessGone(readdir(folder), [])) {
    links.push(await unlessGone(readlink(`${folder}/${name}`), ''))
  }
  return links
}

const readIfThere = (path: string): Promise<string> => unlessGone(readFile(path, 'utf8'), '')

/** Processes end, and close files, while they are looked at; those of other users are closed to us. */
async function unlessGone<Value>(reading: Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await reading
  } catch (error) {
    const gone = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL']
    if (hasCode(error, ...gone)) return otherwise
    throw error
  }
}
