import { readdir, rm } from 'node:fs/promises'
import { hasCode, RbeeError, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { meansInstalled } from './address.ts'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import { type Survey, survey } from './damaged-file.ts'
import type { HiveHome } from './home.ts'
import { processIdentity } from './process-identity.ts'

/** Of a process that leads its group: kill(2) takes group 1 for every process there is. */
const groupLeader = z.number().int().min(2)

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
  pid: groupLeader.nullable(),
  /** The process that watches over it and owns its port; in a container it may be the first. */
  supervisor_pid: z.number().int().positive(),
  port: z.number().int().nullable(),
  url: z.string().nullable(),
  health_url: z.string().nullable(),
  model: z.string().nullable(),
  log: z.string().nullable(),
  /** How often it was started again after a crash, since it runs this build. */
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
const processSchema = z.object({ pid: groupLeader, identity: z.string(), build: z.string() })
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

/** What is recorded of an instance. */
export interface FoundInstance {
  readonly record: InstanceRecord
  /** Whether its supervisor lives; else it was killed, and may have left processes running. */
  readonly supervised: boolean
}

/** What is recorded under this name, or null. Changes nothing. */
export async function readInstance(home: HiveHome, name: string): Promise<FoundInstance | null> {
  const record = await readRecord(home, name)
  if (record === null || (await isSupervised(record))) return record && { record, supervised: true }
  // One that came to its end meanwhile has removed its record before; only one that was killed leaves it.
  const still = await readRecord(home, name)
  if (still === null) return null
  return { record: still, supervised: await isSupervised(still) }
}

function readRecord(home: HiveHome, name: string): Promise<InstanceRecord | null> {
  return readJson(home.runningFile(name), instanceRecordSchema)
}

async function isSupervised({ supervisor }: InstanceRecord): Promise<boolean> {
  return (await processIdentity(supervisor.pid)) === supervisor.identity
}

/** The instance of this name that is watched over, or null. Changes nothing. */
export async function findInstance(home: HiveHome, name: string): Promise<InstanceRecord | null> {
  const found = await readInstance(home, name)
  return found?.supervised ? found.record : null
}

/** All instances, by name. Changes nothing. */
export async function surveyInstances(home: HiveHome): Promise<Survey<FoundInstance>> {
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
    (name) => readInstance(home, name),
  )
}

/** All instances that are watched over, by name. Changes nothing. */
export async function listInstances(home: HiveHome): Promise<Survey<InstanceRecord>> {
  const { sound, damaged } = await surveyInstances(home)
  return { sound: sound.flatMap(({ record, supervised }) => (supervised ? [record] : [])), damaged }
}

/**
 * The instance that a user means, also one whose supervisor was killed: by its name, or by the worker of which it is the
 * only one. Fails with `not_running`, with `usage` when there are several, or with `state_damaged` where the very file of
 * that name is damaged.
 */
export async function requireInstance(home: HiveHome, wanted: string): Promise<FoundInstance> {
  const { sound: all, damaged } = await surveyInstances(home)
  const named = all.find(({ record }) => record.instance.name === wanted)
  if (named) return named
  const meant = damaged.find(({ name }) => name === wanted)
  if (meant) throw meant.error
  const [only, ...more] = all.filter(({ record }) => meansInstalled(wanted, record.instance))
  if (only === undefined) {
    throw new RbeeError('not_running', `${wanted} is not running`, {
      next: 'see what is running with: rbee-hive status',
    })
  }
  if (more.length === 0) return only
  const names = [only, ...more].map(({ record }) => record.instance.name)
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
  const recorded = await readRecord(home, instance.name)
  if (recorded?.supervisor.marker === supervisor.marker) {
    await rm(home.runningFile(instance.name), { force: true })
  }
}
