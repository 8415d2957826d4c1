import { readdir, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasCode, RbeeError, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { meansInstalled } from './address.ts'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import { type Survey, survey } from './damaged-file.ts'
import type { HiveHome } from './home.ts'
import { groupLives, processesMarked, signalGroup } from './process-group.ts'
import { processIdentity } from './process-identity.ts'

/** One worker that was started. A worker may run several times under different names. */
export const instanceSchema = z.object({
  /** By default the worker's id. */
  name: workerIdSchema,
  id: workerIdSchema,
  version: z.string(),
  variant: z.string(),
  /** Folder name below `builds/`: it stays as long as it runs. */
  build: z.string(),
  /** `crashed`: it is started again at `next_try_at`. */
  state: z.enum(['starting', 'running', 'crashed', 'stopping']),
  /** The worker's process, also the number of its process group; null while there is none. */
  pid: z.number().int().positive().nullable(),
  /** The process that watches over it and owns its port. */
  supervisor_pid: z.number().int().positive(),
  port: z.number().int().nullable(),
  url: z.string().nullable(),
  health_url: z.string().nullable(),
  model: z.string().nullable(),
  log: z.string().nullable(),
  /** How often it was started again after a crash. */
  restarts: z.number().int(),
  /** How it ended last without being asked to; null when it never did. */
  last_exit: z
    .object({
      code: z.number().int().nullable(),
      signal: z.string().nullable(),
      message: z.string(),
      at: z.string(),
    })
    .nullable(),
  next_try_at: z.string().nullable(),
  /** Of the process that serves now. */
  started_at: z.string(),
})
export type Instance = z.infer<typeof instanceSchema>

/** A process of a worker, by what tells it from a later one with the same number (see `processIdentity`). */
const processSchema = z.object({ pid: z.number().int().positive(), identity: z.string(), build: z.string() })
export type RecordedProcess = z.infer<typeof processSchema>

/** What the supervisor of an instance writes down about it. Only its user may read it: it holds the secret. */
export const instanceRecordSchema = z.object({
  instance: instanceSchema,
  supervisor: z.object({
    pid: z.number().int().positive(),
    identity: z.string(),
    /** In the environment of everything it started; see {@link SUPERVISION_VARIABLE}. */
    marker: z.string(),
  }),
  control: z.object({ port: z.number().int(), secret: z.string() }),
  /** Where the worker itself listens. */
  worker_port: z.number().int().nullable(),
  /** All processes that are its own: during an update there are two. */
  processes: z.array(processSchema),
})
export type InstanceRecord = z.infer<typeof instanceRecordSchema>

/** Set for workers, so that what a killed supervisor left behind is found (on Linux also where nothing was recorded). */
export const SUPERVISION_VARIABLE = 'RBEE_SUPERVISION'

const OWNER_ONLY = 0o600

export async function recordInstance(home: HiveHome, record: InstanceRecord): Promise<void> {
  await writeJsonAtomically(home.runningFile(record.instance.name), record, OWNER_ONLY)
}

/** The instance of this name, or null. What a killed supervisor left running is ended first. */
export async function findInstance(home: HiveHome, name: string): Promise<InstanceRecord | null> {
  const record = await readJson(home.runningFile(name), instanceRecordSchema)
  if (record === null) return null
  if ((await processIdentity(record.supervisor.pid)) === record.supervisor.identity) return record
  await endLeftovers(record)
  await forgetInstance(home, record)
  return null
}

/** All instances, by name. */
export async function listInstances(home: HiveHome): Promise<Survey<InstanceRecord>> {
  let names: string[]
  try {
    names = await readdir(home.running)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return { sound: [], damaged: [] }
    throw error
  }
  const ids = names.toSorted().flatMap((name) => {
    const id = workerIdSchema.safeParse(name.replace(/\.json$/, ''))
    return id.success && name.endsWith('.json') ? [id.data] : []
  })
  return survey(
    ids,
    (name) => home.runningFile(name),
    (name) => findInstance(home, name),
  )
}

/**
 * The instance that a user means: by its name, or by the worker of which it is the only one. Fails with `not_running`,
 * with `usage` when there are several, or with `state_damaged` where the very file of that name is damaged.
 */
export async function requireInstance(home: HiveHome, wanted: string): Promise<InstanceRecord> {
  const { sound: all, damaged } = await listInstances(home)
  const named = all.find(({ instance }) => instance.name === wanted)
  if (named) return named
  const meant = damaged.find(({ name }) => name === wanted)
  if (meant) throw meant.error
  const [only, ...more] = all.filter(({ instance }) => meansInstalled(wanted, instance))
  if (only === undefined) {
    throw new RbeeError('not_running', `${wanted} is not running`, {
      next: 'see what is running with: rbee-hive status',
    })
  }
  if (more.length === 0) return only
  const names = [only, ...more].map(({ instance }) => instance.name)
  throw new RbeeError('usage', `${wanted} runs several times: ${names.join(', ')}`, {
    next: 'name one of them',
    details: { available: names },
  })
}

/** Removes the record of this very instance; one that was written since stays. */
export async function forgetInstance(
  home: HiveHome,
  { instance, supervisor }: InstanceRecord,
): Promise<void> {
  const recorded = await readJson(home.runningFile(instance.name), instanceRecordSchema)
  if (recorded?.supervisor.marker === supervisor.marker) {
    await rm(home.runningFile(instance.name), { force: true })
  }
}

const LEFTOVER_GRACE_MS = 5_000

/**
 * Ends what belonged to a supervisor that is gone. Nobody can reach it any more, because the supervisor's port went
 * with it. The marker is of that supervisor alone, so a worker that was started since is safe.
 */
export async function endLeftovers({ processes, supervisor }: InstanceRecord): Promise<void> {
  const groups = new Set(await processesMarked(`${SUPERVISION_VARIABLE}=${supervisor.marker}`))
  for (const { pid, identity } of processes) if ((await processIdentity(pid)) === identity) groups.add(pid)
  await Promise.all([...groups].map((group) => endGroup(group, LEFTOVER_GRACE_MS, Date.now)))
}

const POLL_MS = 50
const KILL_PATIENCE_MS = 5_000

/**
 * Asks a process group to end, waits, and ends it by force after `graceMs`.
 *
 * @returns whether it ended by itself. Fails with `still_running` when not even force helps.
 */
export async function endGroup(group: number, graceMs: number, clock: () => number): Promise<boolean> {
  const endsWithin = async (milliseconds: number) => {
    const deadline = clock() + milliseconds
    while (await groupLives(group)) {
      if (clock() >= deadline) return false
      await sleep(POLL_MS)
    }
    return true
  }
  signalGroup(group, 'SIGTERM')
  if (await endsWithin(graceMs)) return true
  signalGroup(group, 'SIGKILL')
  if (await endsWithin(KILL_PATIENCE_MS)) return false
  throw new RbeeError('still_running', `process ${group} does not end, not even when killed`, {
    next: 'it probably waits for a device; see your system log',
  })
}
