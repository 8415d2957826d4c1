import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError } from '@rbee/schema'
import { printable } from './printable.ts'
import { groupListens } from './process-group.ts'
import type { RunningWorker } from './running.ts'

/** How a process ended: with an exit code, by a signal, or by not being startable at all. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: string | null
  readonly problem: string | null
}

/** A process that was started for a worker. */
export interface StartedWorker {
  readonly running: RunningWorker
  /** Settled when its process has ended; processes that it started may still be there. */
  readonly ended: Promise<ProcessEnd>
}

export interface Patience {
  readonly clock: () => number
  readonly signal: AbortSignal
  /** How long it may take until the worker is ready: large models take minutes to load. */
  readonly readyTimeoutMs: number
}

const POLL_MS = 100
const HEALTH_TIMEOUT_MS = 2_000
/** A worker without a health address counts as started when it has lived this long. */
const SETTLING_MS = 1_000

/**
 * Waits until the worker's health address answers with a success, and until it is the worker itself that answers: some
 * other program may have taken the port meanwhile. Fails with `start_failed` when the worker ends or takes too long.
 */
export async function waitUntilReady(
  { running, ended }: StartedWorker,
  { clock, signal, readyTimeoutMs }: Patience,
): Promise<void> {
  let end: ProcessEnd | null = null
  void ended.then((how) => {
    end = how
  })
  const started = clock()
  for (;;) {
    const problem =
      running.health_url === null
        ? clock() - started < SETTLING_MS && 'it has only just started'
        : await healthProblem(running, running.health_url, signal)
    if (end !== null) throw describeEnd(running, end, running.log)
    signal.throwIfAborted()
    if (!problem) return
    if (clock() - started > readyTimeoutMs) throw notReady(running, problem, readyTimeoutMs)
    await sleep(POLL_MS)
  }
}

/** Whether the worker answers its health address; null when it has none. */
export async function isHealthy(running: RunningWorker): Promise<boolean | null> {
  if (running.health_url === null) return null
  return (await healthProblem(running, running.health_url)) === null
}

/** What keeps the worker from counting as healthy, or null. */
async function healthProblem(
  { pid, port }: RunningWorker,
  url: string,
  signal?: AbortSignal,
): Promise<string | null> {
  const timeout = AbortSignal.timeout(HEALTH_TIMEOUT_MS)
  try {
    const answer = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      redirect: 'manual',
    })
    await answer.body?.cancel()
    if (!answer.ok) return `it answers HTTP ${answer.status}`
  } catch (error) {
    if (error instanceof TypeError) return 'nothing answers there'
    if (error instanceof Error && error.name === 'TimeoutError')
      return 'it accepts connections but does not answer'
    if (signal?.aborted) return 'interrupted'
    throw error
  }
  if (port !== null && (await groupListens(pid, port)) === false) return 'another program answers there'
  return null
}

function notReady(running: RunningWorker, problem: string, timeoutMs: number): RbeeError {
  const message = `${running.id} was not ready at ${running.health_url} within ${timeoutMs / 1000} s: ${problem}`
  return new RbeeError('start_failed', message, {
    next: `${whereItsWordsAre(running.log)}, or give it more time with --ready-timeout`,
  })
}

/** The failure of a worker that ended before it was ready. */
export function describeEnd(
  { id, version }: Pick<RunningWorker, 'id' | 'version'>,
  end: ProcessEnd,
  log: string | null,
): RbeeError {
  const words = log === null ? '' : lastLine(log)
  return new RbeeError('start_failed', `${id} ${version} did not start: ${howItEnded(end)}${words}`, {
    next: whereItsWordsAre(log),
  })
}

export function howItEnded({ code, signal, problem }: ProcessEnd): string {
  if (problem !== null) return problem
  return signal === null ? `exit code ${code}` : `ended by ${signal}`
}

function whereItsWordsAre(log: string | null): string {
  return log === null ? 'read what it printed above' : `read its log: ${log}`
}

function lastLine(log: string): string {
  const lines = readFileSync(log, 'utf8').slice(-4096).split('\n')
  const line = lines.map(printable).findLast((text) => text !== '')
  return line ? `: ${line.slice(0, 300)}` : ''
}
