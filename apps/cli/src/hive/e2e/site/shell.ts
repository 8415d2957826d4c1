import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { endWorkers } from '../machine.ts'

const PROGRAMS = fileURLToPath(new URL('../../../../bin', import.meta.url))
const INSTALLED = ['rbee', 'rbee-hive', 'rbee-catalog', 'rbee-publish']

const POLL_MS = 20
/** As long as the slowest worker takes to start. */
const PATIENCE_MS = 60_000

/** What became of a line. */
interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  /** What stood on the screen: standard output and standard error, in the order in which they came. */
  readonly screen: string
}

/** A program in the foreground of a shell. */
export interface Foreground {
  /** Waits until it has printed what matches. @returns the match. */
  prints(pattern: RegExp): Promise<RegExpExecArray>
  /** Presses Ctrl-C, and waits for the end. */
  interrupt(): Promise<Ended>
}

/** A terminal of somebody who installed the programs and set nothing: a new home, and no variable of ours. */
export interface Shell {
  /** The folder of the user. */
  readonly home: string
  /** Runs what somebody pasted, to its end. */
  run(line: string): Promise<Ended>
  start(line: string): Foreground
  [Symbol.asyncDispose](): Promise<void>
}

export async function openShell(): Promise<Shell> {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'rbee-shell-')))
  const programs = join(home, '.local/bin')
  await mkdir(programs, { recursive: true })
  for (const name of INSTALLED) {
    const start = `#!/bin/sh\nexec "${process.execPath}" "${join(PROGRAMS, `${name}.js`)}" "$@"\n`
    await writeFile(join(programs, name), start, { mode: 0o755 })
  }
  const env = {
    HOME: home,
    PATH: [programs, process.env.PATH].join(delimiter),
  }
  const children = new Set<ChildProcess>()
  const start = (line: string) => {
    const child = spawn('sh', ['-c', line], {
      ...{ cwd: home, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.add(child)
    const running = follow(child)
    void running.finished.then(() => children.delete(child))
    return running
  }
  return {
    home,
    run: (line) => start(line).finished,
    start,
    async [Symbol.asyncDispose]() {
      for (const child of children) signalGroup(child, 'SIGKILL')
      await endWorkers(join(home, '.cache/rbee'))
      await rm(home, { recursive: true, force: true })
    },
  }
}

function follow(child: ChildProcess): Foreground & { readonly finished: Promise<Ended> } {
  let stdout = ''
  let screen = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    screen += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    screen += text
  })
  let isOver = false
  const finished = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      isOver = true
      resolve({ code, stdout, screen })
    })
  })
  return {
    finished,
    async prints(pattern) {
      for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
        const found = pattern.exec(screen)
        if (found !== null) return found
        if (isOver) break
        await sleep(POLL_MS)
      }
      throw new Error(`it did not print ${pattern}, but: ${screen}`)
    },
    interrupt() {
      signalGroup(child, 'SIGINT')
      return finished
    },
  }
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(-pid, signal)
}
