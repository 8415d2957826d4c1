import { randomUUID } from 'node:crypto'
import { runWorker } from '../program/run.ts'
import type { Worker } from '../worker.ts'

/** Runs a worker as this process and ends it with the exit code. The only reader of the process's surroundings. */
export async function runAsProgram(worker: Worker): Promise<never> {
  const stop = new AbortController()
  const stopNow = new AbortController()
  const onSignal = () => (stop.signal.aborted ? stopNow : stop).abort()
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  const code = await runWorker(worker, {
    argv: process.argv.slice(2),
    env: process.env,
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    clock: Date.now,
    randomId: () => randomUUID().replaceAll('-', ''),
    stop: stop.signal,
    stopNow: stopNow.signal,
  })
  process.exit(code)
}
