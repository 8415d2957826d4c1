import { readdir, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError, type WorkerId, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import { hasCode } from './error-code.ts'
import type { HiveHome } from './home.ts'
import { groupLives, signalGroup } from './process-group.ts'
import { processIdentity } from './process-identity.ts'

/** A started worker, as it is written down for `status` and `stop`. */
export const runningWorkerSchema = z.object({
  id: workerIdSchema,
  version: z.string(),
  variant: z.string(),
  /** Folder name below `builds/`: it stays as long as the worker runs. */
  build: z.string(),
  /** Also the number of its process group. */
  pid: z.number().int().positive(),
  /** See `processIdentity`: a recycled process number must never be taken for the worker. */
  identity: z.string(),
  port: z.number().int().nullable(),
  url: z.string().nullable(),
  health_url: z.string().nullable(),
  model: z.string().nullable(),
  log: z.string().nullable(),
  started_at: z.string(),
})
export type RunningWorker = z.infer<typeof runningWorkerSchema>

export async function recordRunning(home: HiveHome, worker: RunningWorker): Promise<void> {
  await writeJsonAtomically(home.runningFile(worker.id), worker)
}

/** The worker's process, or null; what a crash left behind is cleared away. */
export async function findRunning(home: HiveHome, id: WorkerId): Promise<RunningWorker | null> {
  const recorded = await readJson(home.runningFile(id), runningWorkerSchema)
  if (recorded === null) return null
  if ((await processIdentity(recorded.pid)) === recorded.identity) return recorded
  await forgetRunning(home, recorded)
  return null
}

export async function listRunning(home: HiveHome): Promise<RunningWorker[]> {
  let names: string[]
  try {
    names = await readdir(home.running)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
  const running: RunningWorker[] = []
  for (const name of names.toSorted()) {
    const id = workerIdSchema.safeParse(name.replace(/\.json$/, ''))
    const worker = id.success && name.endsWith('.json') ? await findRunning(home, id.data) : null
    if (worker) running.push(worker)
  }
  return running
}

/** Removes the record of this very process; one that was written since stays. */
export async function forgetRunning(home: HiveHome, worker: RunningWorker): Promise<void> {
  const recorded = await readJson(home.runningFile(worker.id), runningWorkerSchema)
  const same = recorded?.pid === worker.pid && recorded.identity === worker.identity
  if (same) await rm(home.runningFile(worker.id), { force: true })
}

const POLL_MS = 50
const KILL_PATIENCE_MS = 5_000

/**
 * Asks a worker to end, with everything it started, waits, and ends it by force after `graceMs`. A process that only has
 * the worker's number is left alone.
 *
 * @returns whether it ended by itself. Fails with `still_running` when not even force helps.
 */
export async function stopProcess(
  worker: RunningWorker,
  graceMs: number,
  clock: () => number,
): Promise<boolean> {
  if ((await processIdentity(worker.pid)) !== worker.identity) return true
  return endGroup(worker, graceMs, clock)
}

/** As {@link stopProcess}, for whoever started the worker: its own process may have ended already. */
export async function endGroup(
  { id, pid }: RunningWorker,
  graceMs: number,
  clock: () => number,
): Promise<boolean> {
  const endsWithin = async (milliseconds: number) => {
    const deadline = clock() + milliseconds
    while (await groupLives(pid)) {
      if (clock() >= deadline) return false
      await sleep(POLL_MS)
    }
    return true
  }
  signalGroup(pid, 'SIGTERM')
  if (await endsWithin(graceMs)) return true
  signalGroup(pid, 'SIGKILL')
  if (await endsWithin(KILL_PATIENCE_MS)) return false
  throw new RbeeError('still_running', `process ${pid} of ${id} does not end, not even when killed`, {
    next: 'it probably waits for a device; see your system log',
  })
}
