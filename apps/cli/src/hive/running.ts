import { readdir, rm } from 'node:fs/promises'
import { RbeeError, type WorkerId, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import type { HiveHome } from './home.ts'
import { processIdentity } from './process-identity.ts'

/** A started worker, as it is written down for `status` and `stop`. */
export const runningWorkerSchema = z.object({
  id: workerIdSchema,
  version: z.string(),
  variant: z.string(),
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
  await forgetRunning(home, id)
  return null
}

export async function listRunning(home: HiveHome): Promise<RunningWorker[]> {
  let names: string[]
  try {
    names = await readdir(home.running)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
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

export async function forgetRunning(home: HiveHome, id: WorkerId): Promise<void> {
  await rm(home.runningFile(id), { force: true })
}

const POLL_MS = 50

/**
 * Asks the process to end, waits, and ends it by force after `graceMs`. @returns whether it ended by itself.
 */
export async function stopProcess(
  worker: RunningWorker,
  graceMs: number,
  clock: () => number,
): Promise<boolean> {
  const alive = async () => (await processIdentity(worker.pid)) === worker.identity
  const waitForEnd = async (milliseconds: number) => {
    const deadline = clock() + milliseconds
    while (clock() < deadline) {
      if (!(await alive())) return true
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
    return !(await alive())
  }
  if (!(await alive())) return true
  signalProcess(worker.pid, 'SIGTERM')
  if (await waitForEnd(graceMs)) return true
  signalProcess(worker.pid, 'SIGKILL')
  if (await waitForEnd(5_000)) return false
  throw new RbeeError(
    'still_running',
    `process ${worker.pid} of ${worker.id} does not end, not even when killed`,
    {
      next: 'it probably waits for a device; see your system log',
    },
  )
}

function signalProcess(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
