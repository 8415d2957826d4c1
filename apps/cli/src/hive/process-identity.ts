import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { hasCode } from '@rbee/schema'

/**
 * What tells a process from a later one that got the same number: when it started. Null when no such process runs.
 * Linux: field 22 of /proc/PID/stat (proc(5)), with the boot it belongs to; elsewhere what `ps` prints.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  if (process.platform === 'linux') return linuxIdentity(pid)
  if (process.platform === 'win32') {
    const script = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToFileTimeUtc()`
    return firstLine('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script])
  }
  return firstLine('ps', ['-o', 'lstart=', '-p', String(pid)])
}

/** A fresh file name that says which process made it, so that others can tell when it was left behind. */
export async function nameOfThisProcess(): Promise<string> {
  const identity = (await processIdentity(process.pid)) ?? ''
  return `${process.pid}.${encodeURIComponent(identity)}.${randomUUID()}`
}

/** The process that a name of {@link nameOfThisProcess} stands for, or null when it is gone or the name is another's. */
export async function livingOwner(name: string): Promise<number | null> {
  const [, pid, identity] = /^(\d{1,10})\.([^/]+)\.[0-9a-f-]{36}$/.exec(name) ?? []
  if (pid === undefined || identity === undefined) return null
  const current = await processIdentity(Number(pid))
  return current !== null && encodeURIComponent(current) === identity ? Number(pid) : null
}

async function linuxIdentity(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    // The program's name stands in parentheses and may hold blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return null
    return `${boot}:${fields[19]}`
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return null
    throw error
  }
}

function firstLine(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 10_000 }, (error, stdout) => {
      const line = stdout.trim().split('\n')[0]
      resolve(error || !line ? null : line)
    })
  })
}
