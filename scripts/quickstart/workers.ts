import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { askModel, isReady } from './inference.ts'
import { type Programs, QuickstartError } from './programs.ts'

/** Seconds that a worker gets to end by itself. */
const GRACE_SECONDS = '10'

const STOP = 'npx -y pnpm@12 -s rbee-hive stop'
const POLL_MS = 200
/** As long as rbee-hive itself waits for a worker. */
const PATIENCE_MS = 600_000

/**
 * Starts an installed worker. One that runs already, from another run or of the user's own, is asked as it is and
 * left running in the end, unless it serves another model than the one that is wanted.
 *
 * @param started is given the id of a worker that has to be stopped in the end.
 * @returns the worker's address.
 */
export async function startWorker(
  programs: Programs,
  id: string,
  model: string | null,
  started: string[],
  signal: AbortSignal,
): Promise<string> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    const running = await findRunning(programs, id)
    if (running === null) {
      const url = await runWorker(programs, id, model, started)
      if (url !== null) return url
    } else if (await isReady(running, signal)) {
      if (model !== null) await assertServes(running, id, model, signal)
      process.stderr.write(`${id} runs already at ${running}; it is asked, and left running\n`)
      return running
    }
    // Another run starts or stops it at this moment.
    if (waited === 0) process.stderr.write(`waiting for ${id}, which another program starts or stops\n`)
    await sleep(POLL_MS, undefined, { signal })
  }
  throw new QuickstartError(`${id} runs already, but is not ready; stop it with: ${STOP} ${id}`)
}

async function findRunning(programs: Programs, id: string): Promise<string | null> {
  const status = await programs.run({ program: 'rbee-hive', args: ['status', id, '--json'] })
  const { workers } = JSON.parse(status) as { workers: { url: string }[] }
  return workers[0]?.url ?? null
}

/** @returns null when another run was quicker. */
async function runWorker(
  programs: Programs,
  id: string,
  model: string | null,
  started: string[],
): Promise<string | null> {
  const args = ['run', id, '--detach', '--json', ...(model === null ? [] : ['--model', model])]
  try {
    const answer = await programs.run({ program: 'rbee-hive', args })
    started.push(id)
    return (JSON.parse(answer) as { running: { url: string } }).running.url
  } catch (error) {
    if (error instanceof QuickstartError && (await findRunning(programs, id)) !== null) return null
    throw error
  }
}

async function assertServes(url: string, id: string, model: string, signal: AbortSignal): Promise<void> {
  const served = await askModel(url, signal)
  if (served === basename(model).replace(/\.gguf$/i, '')) return
  throw new QuickstartError(`${id} runs already with the model ${served}; stop it with: ${STOP} ${id}`)
}

/** Stops workers, every one of them whatever happens to the others. */
export async function stopWorkers(programs: Programs, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    try {
      await programs.run({ program: 'rbee-hive', args: ['stop', id, '--quiet', '--grace', GRACE_SECONDS] })
    } catch (error) {
      // rbee-hive has said why, for example that the user has stopped it already.
      if (!(error instanceof QuickstartError)) throw error
    }
  }
}
