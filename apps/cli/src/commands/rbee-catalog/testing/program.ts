import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { folderWorker, monorepoWorker, TemporaryFolder } from '@rbee/testing'

const ENTRY = fileURLToPath(new URL('../../../../bin/rbee-catalog.js', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const started: ChildProcess[] = []

/** Ends every program that a test left running. Call it in `afterEach`. */
export async function endPrograms(): Promise<void> {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('close', resolve))
  }
}

/** The real entry program, in a process of its own. */
export function start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.push(child)
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ended, stderr: () => stderr }
}

/** Runs the program to its end. */
export const run = (cwd: string, args: readonly string[], env?: Readonly<Record<string, string>>) =>
  start(cwd, args, env).ended

export interface Serving {
  readonly url: string
  get<T>(path: string): Promise<T>
  /** What it wrote so far. */
  stderr(): string
  stop(): Promise<Ended>
  /** Ends it as a power cut does. */
  kill(): Promise<Ended>
  /** Ends it before the folder that it writes to is removed. */
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a server on any free port and waits until it says its address. */
export async function serve(
  cwd: string,
  args: readonly string[],
  env?: Record<string, string>,
): Promise<Serving> {
  const program = start(cwd, ['serve', '--port', '0', '--data-dir', 'data', ...args], env)
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const address = /the catalog is up: (\S+)/.exec(program.stderr())?.[1]
      if (address !== undefined) resolve(address)
    }
    program.child.stderr.on('data', look)
    program.child.once('close', () => reject(new Error(`the server ended: ${program.stderr()}`)))
  })
  return {
    url,
    async get<T>(path: string) {
      const answer = await fetch(url + path)
      return (await answer.json()) as T
    },
    stderr: program.stderr,
    stop() {
      program.child.kill('SIGINT')
      return program.ended
    },
    kill() {
      program.child.kill('SIGKILL')
      return program.ended
    },
    async [Symbol.asyncDispose]() {
      program.child.kill('SIGKILL')
      await program.ended
    },
  }
}

/** The ids of a list of workers. */
export const idsOf = (list: { workers: { id: string }[] }) => list.workers.map(({ id }) => id)

/** A repository whose folder `catalog` holds two workers. */
export async function catalogFolder(): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.create()
  await folder.init()
  await folder.write({
    '.gitignore': 'data\n',
    ...monorepoWorker('catalog/first', 'first-worker'),
    ...folderWorker('catalog/community/second', 'second-worker', '2.0.0'),
  })
  await folder.commit()
  return folder
}
