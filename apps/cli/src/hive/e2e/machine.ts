import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { HostProfile } from '@rbee/schema'
import { type InstanceRecord, instanceRecordSchema } from '../instances.ts'
import { processIdentity } from '../process-identity.ts'
import { HOST_ARCH, HOST_OS } from './catalog.ts'

const PROGRAMS = new URL('../../../bin/', import.meta.url)

export interface Outcome {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Started {
  readonly child: ChildProcess
  readonly finished: Promise<Outcome>
  /** Waits until its messages hold a text. */
  says(text: string): Promise<void>
}

/** A worker in the background, as `run --detach --json` tells of it. */
export interface Running {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly supervisor_pid: number
  readonly log: string
}

/** A machine of a user: a home folder of its own, on which the real programs run as processes. */
export interface Machine {
  readonly folder: string
  readonly home: string
  readonly env: Record<string, string | undefined>
  /** Runs `rbee-hive` to its end. */
  hive(...args: string[]): Promise<Outcome>
  /** As {@link hive}, with its one JSON value. */
  hiveJson(...args: string[]): Promise<Outcome & { value: unknown }>
  /** Lets the registry be known, so that nobody is told that it was not. */
  trust(): Promise<void>
  /** Starts a worker in the background. Fails where the command does. */
  runDetached(...args: string[]): Promise<Running>
  /** The workers of which `status` or `list` tells. */
  workers(command: 'status' | 'list'): Promise<Record<string, unknown>[]>
  start(program: string, args: readonly string[], env?: Record<string, string>): Started
  /** Writes the profile of a host and gives the file's path. */
  profile(profile: Partial<HostProfile>): Promise<string>
  /** Version and variant of the active build, such as `0.1.0 cpu`, or null. */
  active(id: string): Promise<string | null>
  /** What lies in the folder where builds are prepared. */
  staging(): Promise<string[]>
  /** Ends every program and worker that runs here. */
  endEverything(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function aMachine(registry: string): Promise<Machine> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rbee-machine-')))
  const home = join(folder, 'home')
  const env = {
    PATH: process.env.PATH,
    RBEE_HOME: home,
    RBEE_REGISTRY: registry,
  }
  const started = new Set<Started>()

  const start: Machine['start'] = (program, args, more = {}) => {
    const process = startProgram(program, args, folder, { ...env, ...more })
    started.add(process)
    void process.finished.then(() => started.delete(process))
    return process
  }
  const endEverything = async () => {
    for (const { child } of started) child.kill('SIGKILL')
    await endWorkers(home)
  }
  const hive: Machine['hive'] = (...args) => start('rbee-hive', args).finished
  const hiveJson: Machine['hiveJson'] = async (...args) => {
    const outcome = await hive('--json', ...args)
    const lines = outcome.stdout.split('\n')
    if (lines.length !== 2 || lines[1] !== '')
      throw new Error(`not one line of JSON: ${JSON.stringify(outcome)}`)
    return { ...outcome, value: JSON.parse(outcome.stdout) }
  }
  return {
    folder,
    home,
    env,
    hive,
    hiveJson,
    async trust() {
      const file = join(folder, 'root.json')
      await writeFile(file, await (await fetch(`${registry}/v1/tuf/1.root.json`)).text())
      const { code, stderr } = await hive('trust', 'add', registry, '--root', file)
      if (code !== 0) throw new Error(`the registry is not trusted: ${stderr}`)
    },
    async runDetached(...args) {
      const { code, value, stderr } = await hiveJson('run', '--detach', ...args)
      if (code !== 0) throw new Error(`the worker was not started: ${stderr}`)
      return (value as { running: Running }).running
    },
    workers: async (command) =>
      ((await hiveJson(command)).value as { workers: Record<string, unknown>[] }).workers,
    start,
    async profile(profile) {
      const path = join(folder, 'host.json')
      await writeFile(path, JSON.stringify({ ...PLAIN_HOST, ...profile }))
      return path
    },
    async active(id) {
      const text = await readFile(join(home, 'workers', id, 'active.json'), 'utf8').catch(ignoreMissing)
      if (text === undefined) return null
      const { active } = JSON.parse(text) as { active: { version: string; variant: string; build: string } }
      await readdir(join(home, 'workers', id, 'builds', active.build, 'bin'))
      return `${active.version} ${active.variant}`
    },
    staging: async () => (await readdir(join(home, 'staging')).catch(ignoreMissing)) ?? [],
    endEverything,
    async [Symbol.asyncDispose]() {
      await endEverything()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** This machine without a GPU and with plenty of everything else. */
const PLAIN_HOST: HostProfile = {
  os: HOST_OS,
  arch: HOST_ARCH,
  libc: { name: 'glibc', version: '2.36' },
  cpu: { model: 'Test CPU', cores: 4, features: ['avx2'] },
  memory_bytes: 32 * 2 ** 30,
  disk_free_bytes: 500 * 2 ** 30,
  container: null,
  wsl: null,
  gpus: [],
}

export const NVIDIA: HostProfile['gpus'][number] = {
  vendor: 'nvidia',
  name: 'NVIDIA GeForce RTX 4090',
  vram_bytes: 24 * 2 ** 30,
  unified_memory: false,
  driver_version: '550.54.14',
  cuda_version: '12.4',
  compute_capability: '8.9',
  gfx_target: null,
  vulkan_version: '1.3.277',
  usable: true,
  problem: null,
}

function startProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string | undefined>,
): Started {
  const entry = fileURLToPath(new URL(`${program}.js`, PROGRAMS))
  const child = spawn(process.execPath, [entry, ...args], {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  let ended = false
  const finished = new Promise<Outcome>((resolve) => {
    child.once('close', (code) => {
      ended = true
      resolve({ code, stdout, stderr })
    })
  })
  return {
    child,
    finished,
    async says(text) {
      await until(() => {
        if (ended && !stderr.includes(text))
          throw new Error(`it ended without saying "${text}": ${stdout}${stderr}`)
        return stderr.includes(text)
      })
    },
  }
}

/** Waits until something holds; generous, because other tests run at the same time. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1000; attempt += 1) {
    if (await holds()) return
    await sleep(20)
  }
  throw new Error('what was waited for did not happen')
}

/** Whether a process is there and not ended. */
export async function lives(pid: number): Promise<boolean> {
  return (await processIdentity(pid)) !== null
}

/** Ends what runs in a home. Supervisors first: they would start their workers again. */
export async function endWorkers(home: string): Promise<void> {
  for (const name of (await readdir(join(home, 'running')).catch(ignoreMissing)) ?? []) {
    if (!name.endsWith('.json')) continue
    const { supervisor, processes } = await readRecord(home, name.replace(/\.json$/, ''))
    for (const pid of [supervisor.pid, ...processes.map((worker) => -worker.pid)]) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
      }
    }
    await rm(join(home, 'running', name), { force: true })
  }
}

/** What a supervisor has written down about its worker. */
export async function readRecord(home: string, name: string): Promise<InstanceRecord> {
  return instanceRecordSchema.parse(JSON.parse(await readFile(join(home, 'running', `${name}.json`), 'utf8')))
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
  return undefined
}

/** Whether tests may mount a file system of their own, to fill it. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = '/mnt'
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
