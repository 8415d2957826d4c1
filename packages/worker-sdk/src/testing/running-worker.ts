import type { ExitCode } from '../program/host.ts'
import { runWorker } from '../program/run.ts'
import type { Worker } from '../worker.ts'

/** A worker that runs as a program inside the test's process. */
export interface RunningWorker {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** What it wrote to stdout and stderr so far. */
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves when it ends. */
  readonly exit: Promise<ExitCode>
  /** Tells it to stop, as SIGTERM does, and waits for its end. */
  stop(): Promise<ExitCode>
  post(path: string, body: unknown, options?: { readonly signal?: AbortSignal }): Promise<Response>
}

export interface StartOptions {
  /** Arguments; the port is a free one unless they state another. */
  readonly argv?: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Milliseconds since 1970; by default the time stands still. */
  readonly clock?: () => number
}

/** The outcome of a program that ended by itself. */
export interface FinishedProgram {
  readonly code: ExitCode
  readonly stdout: string
  readonly stderr: string
}

/** What programs of tests take for the time, in milliseconds since 1970. */
export const TEST_TIME = Date.UTC(2026, 0, 1)

/** Runs a worker's program to its end, for command lines that do not serve. */
export async function runToEnd(worker: Worker, options: StartOptions = {}): Promise<FinishedProgram> {
  const program = start(worker, options)
  const code = await program.exit
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** Starts a worker and waits until its model is ready. Rejects with its log when it ends before that. */
export async function startWorker(worker: Worker, options: StartOptions = {}): Promise<RunningWorker> {
  const program = start(worker, options)
  const url = await Promise.race([
    program.ready,
    program.exit.then((code) => {
      throw new Error(`The worker ended with code ${code}: ${program.stderr()}`)
    }),
  ])
  return {
    ...program,
    url,
    post: (path, body, init) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...init,
      }),
  }
}

function start(worker: Worker, { argv = [], env = {}, clock = () => TEST_TIME }: StartOptions) {
  const stop = new AbortController()
  const ready = Promise.withResolvers<string>()
  let stdout = ''
  let stderr = ''
  let ids = 0
  const exit = runWorker(worker, {
    argv: ['--port', '0', ...argv],
    env,
    stdout: (text) => {
      stdout += text
      const address = /"event":"ready","url":"([^"]+)"/.exec(text)?.[1]
      if (address !== undefined) ready.resolve(address)
    },
    stderr: (text) => {
      stderr += text
    },
    clock,
    randomId: () => {
      ids += 1
      return `test${ids}`
    },
    stop: stop.signal,
    stopNow: new AbortController().signal,
  })
  return {
    ready: ready.promise,
    exit,
    stdout: () => stdout,
    stderr: () => stderr,
    stop: async () => {
      stop.abort()
      return await exit
    },
  }
}
