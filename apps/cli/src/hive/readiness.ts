import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError } from '@rbee/schema'
import { groupListens } from './process-group.ts'

/** How a process ended: with an exit code, by a signal, or by not being startable at all. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: string | null
  readonly problem: string | null
}

/** Where a worker is asked whether it is well. */
export interface Patient {
  readonly pid: number
  /** Its own port; null when it has none. */
  readonly port: number | null
  readonly healthUrl: string | null
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

export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly end: ProcessEnd }
  | { readonly ready: false; readonly end: null; readonly problem: string }

/**
 * Waits until the worker's health address answers with a success, and until it is the worker itself that answers: some
 * other program may have taken the port meanwhile. An abort is thrown.
 */
export async function waitUntilReady(
  worker: Patient & { readonly ended: Promise<ProcessEnd> },
  { clock, signal, readyTimeoutMs }: Patience,
): Promise<Readiness> {
  let end: ProcessEnd | null = null
  void worker.ended.then((how) => {
    end = how
  })
  const started = clock()
  for (;;) {
    const problem =
      worker.healthUrl === null
        ? clock() - started < SETTLING_MS && 'it has only just started'
        : await healthProblem(worker, worker.healthUrl, signal)
    if (end !== null) return { ready: false, end }
    signal.throwIfAborted()
    if (!problem) return { ready: true }
    if (clock() - started > readyTimeoutMs) return { ready: false, end, problem }
    await sleep(POLL_MS)
  }
}

/** Whether the worker answers its health address; null when it has none. */
export async function isHealthy(worker: Patient): Promise<boolean | null> {
  if (worker.healthUrl === null) return null
  return (await healthProblem(worker, worker.healthUrl)) === null
}

/** What keeps the worker from counting as healthy, or null. */
async function healthProblem(
  { pid, port }: Patient,
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

/** The failure of a worker that did not become ready. */
export function describeStart(
  { id, version, lastWords, log }: { id: string; version: string; lastWords: string; log: string | null },
  outcome: Exclude<Readiness, { ready: true }>,
  readyTimeoutMs: number,
): RbeeError {
  const words = log === null ? 'read what it printed above' : `read its log: ${log}`
  if (outcome.end !== null) {
    const last = lastWords === '' ? '' : `: ${lastWords}`
    return new RbeeError(
      'start_failed',
      `${id} ${version} did not start: ${howItEnded(outcome.end)}${last}`,
      {
        next: words,
      },
    )
  }
  const message = `${id} ${version} was not ready within ${readyTimeoutMs / 1000} s: ${outcome.problem}`
  return new RbeeError('start_failed', message, {
    next: `${words}, or give it more time with --ready-timeout`,
  })
}

export function howItEnded({ code, signal, problem }: ProcessEnd): string {
  if (problem !== null) return problem
  return signal === null ? `exit code ${code}` : `ended by ${signal}`
}
