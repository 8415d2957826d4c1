import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Breach } from './breach.ts'

const PROGRAMS = new URL('../../apps/cli/bin/', import.meta.url)

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What it wrote to stderr so far. */
  stderr(): string
}

/** Starts one of the four programs of this clone. */
export function startProgram(
  program: string,
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Started {
  const entry = fileURLToPath(new URL(`${program}.js`, PROGRAMS))
  const child = spawn(process.execPath, [entry, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    child.once('exit', (code) => {
      // What a killed program had started may hold its output open.
      if (code === null) resolve({ code, stdout, stderr })
    })
  })
  return { child, ended, stderr: () => stderr }
}

/** Fails with a `Breach` that repeats what a program said, unless it ended with 0. */
export function mustSucceed(what: string, { code, stdout, stderr }: Ended): void {
  if (code !== 0) throw new Breach(`${what} ended with ${code}:\n${stdout}${stderr}`.trim())
}

/**
 * Processes of this user whose environment holds `marker`, found in /proc (proc(5)).
 *
 * @returns pids and command lines; nothing where the system has no /proc.
 */
export async function markedProcesses(marker: string): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  if (process.platform !== 'linux') return found
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const environment = await readProcess(name, 'environ')
    if (!environment?.split('\0').includes(marker)) continue
    const command = await readProcess(name, 'cmdline')
    // A process without a command line has ended, and waits for its parent to notice.
    if (command) found.set(Number(name), command.replaceAll('\0', ' ').trim())
  }
  return found
}

/** Null for a process that is gone, or somebody else's. */
async function readProcess(pid: string, file: 'environ' | 'cmdline'): Promise<string | null> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return null
    throw error
  }
}
