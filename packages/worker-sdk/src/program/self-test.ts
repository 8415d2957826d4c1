import type { Log, Worker } from '../worker.ts'
import { readInvocation, type ServeSettings } from './arguments.ts'
import type { ProgramHost } from './host.ts'

/**
 * Runs a worker's self-test and prints the verdict as one line of JSON on stdout:
 * `{"self_test":"passed"|"failed","worker":…,"version":…,"duration_ms":…,"cause":…}`.
 *
 * @returns whether it passed.
 */
export async function runSelfTest(worker: Worker, host: ProgramHost, log: Log): Promise<boolean> {
  const started = host.clock()
  const cause = await failureOf(worker, host, log)
  const verdict = {
    self_test: cause === null ? 'passed' : 'failed',
    worker: worker.name,
    version: worker.version,
    duration_ms: host.clock() - started,
    cause,
  }
  host.stdout(`${JSON.stringify(verdict)}\n`)
  if (cause !== null) log.error(`the self-test failed: ${cause}`)
  return cause === null
}

async function failureOf(worker: Worker, host: ProgramHost, log: Log): Promise<string | null> {
  if (worker.selfTest === undefined) return 'the worker has no self-test'
  try {
    await worker.selfTest({
      signal: host.stop,
      log,
      load: (model) => worker.load({ ...defaultSettings(worker), model, signal: host.stop, log }),
    })
    return null
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure)
  }
}

function defaultSettings(worker: Worker): ServeSettings {
  const invocation = readInvocation({ ...worker, model: 'optional' }, [], {})
  if (invocation.action !== 'serve') throw new Error('An empty command line serves.')
  return invocation.settings
}
