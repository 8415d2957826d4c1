import { basename } from 'node:path'
import { askModel } from './inference.ts'
import { type Programs, QuickstartError } from './programs.ts'

/** Seconds that a worker gets to end by itself. */
const GRACE_SECONDS = '10'

/**
 * Starts an installed worker. One that runs already, from an earlier run or of the user's own, is asked as it is and
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
  const status = JSON.parse(await programs.run({ program: 'rbee-hive', args: ['status', id, '--json'] })) as {
    workers: { url: string }[]
  }
  const [running] = status.workers
  if (running) {
    if (model !== null) await assertServes(running.url, id, model, signal)
    process.stderr.write(`${id} runs already at ${running.url}; it is asked, and left running\n`)
    return running.url
  }
  const args = ['run', id, '--detach', '--json', ...(model === null ? [] : ['--model', model])]
  const answer = await programs.run({ program: 'rbee-hive', args })
  started.push(id)
  return (JSON.parse(answer) as { running: { url: string } }).running.url
}

async function assertServes(url: string, id: string, model: string, signal: AbortSignal): Promise<void> {
  const served = await askModel(url, signal)
  if (served === basename(model).replace(/\.gguf$/i, '')) return
  throw new QuickstartError(
    `${id} runs already with the model ${served}; stop it with: npx -y pnpm@12 -s rbee-hive stop ${id}`,
  )
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
