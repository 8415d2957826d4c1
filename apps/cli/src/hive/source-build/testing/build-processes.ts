import { readdir, readFile } from 'node:fs/promises'
import { hasCode } from '@rbee/schema'
import { BUILD_VARIABLE } from '../workplace.ts'

/** Command lines of the processes that belong to builds of one hive, whatever else is built on this machine. */
export async function buildProcesses(hive: number | undefined): Promise<string[]> {
  const lines: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = (await readOf(pid, 'environ')).split('\0')
    if (!environment.some((setting) => setting.startsWith(`${BUILD_VARIABLE}=${hive}.`))) continue
    const line = (await readOf(pid, 'cmdline')).replaceAll('\0', ' ').trim()
    if (line !== '') lines.push(line)
  }
  return lines
}

async function readOf(pid: string, file: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return ''
    throw error
  }
}
