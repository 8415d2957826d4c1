import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorCodeSchema, RbeeError, tryParseJson, type WorkerId } from '@rbee/schema'
import { z } from 'zod'
import { readJson } from '../atomic-json.ts'
import { makeFolder, translateDiskError } from '../disk-errors.ts'
import type { HiveHome } from '../home.ts'
import { type Instance, instanceRecordSchema } from '../instances.ts'
import { workerEnvironment } from '../worker-environment.ts'
import { assertFree } from './supervise.ts'

export interface DetachOptions {
  /** What starts this program: its file, and arguments that come before its own. */
  readonly program: readonly string[]
  readonly home: HiveHome
  readonly id: WorkerId
  readonly name: WorkerId
  /** Arguments of `rbee-hive run`, without `--detach`. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

const POLL_MS = 50
/** A supervisor that is told to end before its worker is ready ends the worker first. */
const INTERRUPTION_MS = 10_000

const failureSchema = z.object({
  error: z.object({ code: errorCodeSchema, message: z.string(), next: z.string().nullable() }),
})

/**
 * Starts a supervisor as a process of its own, which outlives this one, and waits until its worker is ready. Fails with
 * what the supervisor fails with; an interruption ends it.
 */
export async function superviseDetached(options: DetachOptions): Promise<Instance> {
  const { home, name, signal } = options
  // The log belongs to the one that runs: what a second supervisor would say has no place in it.
  await assertFree(options)
  const { child, answer } = await startSupervisor(options)
  let ended = false
  const end = answer.then((text) => {
    ended = true
    return text
  })
  while (!ended) {
    const record = await readJson(home.runningFile(name), instanceRecordSchema)
    if (record !== null && record.supervisor.pid === child.pid && record.instance.state === 'running') {
      child.stdout?.destroy()
      child.unref()
      return record.instance
    }
    if (signal.aborted) {
      child.kill('SIGTERM')
      await Promise.race([end, sleep(INTERRUPTION_MS)])
      signal.throwIfAborted()
    }
    await Promise.race([end, sleep(POLL_MS)])
  }
  throw failureOf(await end, home.logFile(name))
}

async function startSupervisor({
  program,
  home,
  name,
  args,
  env,
}: DetachOptions): Promise<{ child: ChildProcess; answer: Promise<string> }> {
  const [file = '', ...first] = program
  const log = await openLog(home.logFile(name))
  try {
    const child = spawn(file, [...first, ...args], {
      // A folder that nobody wants to unmount or remove while it runs.
      cwd: home.root,
      env: workerEnvironment(env),
      // What it says about itself comes as one JSON value; a defect would show in the log.
      stdio: ['ignore', 'pipe', log],
      detached: true,
      windowsHide: true,
    })
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    const answer = new Promise<string>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', () => resolve(text))
    })
    return { child, answer }
  } finally {
    closeSync(log)
  }
}

async function openLog(path: string): Promise<number> {
  await makeFolder(dirname(path))
  try {
    return openSync(path, 'a', 0o600)
  } catch (error) {
    throw translateDiskError(error, path)
  }
}

function failureOf(text: string, log: string): RbeeError {
  const failure = failureSchema.safeParse(tryParseJson(text))
  if (!failure.success) {
    return new RbeeError('start_failed', 'the process that watches over the worker ended without a word', {
      next: `read its log: ${log}`,
    })
  }
  const { code, message, next } = failure.data.error
  return new RbeeError(code, message, { next })
}
