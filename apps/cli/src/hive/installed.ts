import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  binaryNameSchema,
  digestSchema,
  hasCode,
  manifestObjectSchema,
  platformSchema,
  RbeeError,
  type WorkerId,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { meansInstalled } from './address.ts'
import { buildOfStructure } from './archive-structure.ts'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import { isIntact } from './build-program.ts'
import { type Survey, survey } from './damaged-file.ts'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import { evidenceSchema } from './evidence/evidence.ts'
import type { HiveHome } from './home.ts'
import { listInstances, surveyInstances } from './instances.ts'
import { clearLeftoversOfWorker } from './leftovers.ts'
import { withLock } from './lock.ts'
import { livingOwner, nameOfThisProcess } from './process-identity.ts'
import { forgetPorts } from './remembered-ports.ts'
import { olderLogs } from './supervise/worker-log.ts'

/** What a build that was made on this machine was made of, and how. */
export const builtFromSchema = z.object({
  /** Of the PKGBUILD's bytes. */
  pkgbuild_sha256: z.string(),
  /** What was fetched: a file by its sum, a repository by its commit. */
  sources: z.array(
    z.object({
      name: z.string(),
      url: z.string(),
      sha256: z.string().nullable(),
      commit: z.string().nullable(),
    }),
  ),
  builder: z.enum(['makepkg', 'rbee-hive']),
  /** Whether it ran in a sandbox. */
  sandboxed: z.boolean(),
})
export type BuiltFrom = z.infer<typeof builtFromSchema>

/** One unpacked, proven build of a worker. */
export const installedBuildSchema = z.object({
  version: z.string(),
  variant: z.string(),
  platform: platformSchema,
  /** Of the uncompressed tar it was unpacked from. */
  digest: digestSchema,
  /** Folder name below `builds/`. */
  build: z.string().regex(/^(?!\.{1,2}$)[A-Za-z0-9._+-]+$/),
  binary_name: binaryNameSchema,
  /** Of `bin/<binary_name>`, in bytes; absent in records of earlier versions of this program. */
  program_size: z.number().int().nonnegative().optional(),
  run: manifestObjectSchema.shape.run.unwrap().nullable(),
  selftest: manifestObjectSchema.shape.selftest.unwrap().nullable(),
  registry: z.string(),
  /** Index into the host's GPUs at the time, or null. */
  gpu: z.number().int().nullable(),
  reason: z.string(),
  installed_at: z.string(),
  /** Whether it is sold; absent where not, and in records of earlier versions of this program. */
  requires_license: z.boolean().optional(),
  /** Absent for what was downloaded. */
  built_from: builtFromSchema.optional(),
  /** Absent for what was built here, and in records of earlier versions of this program. */
  evidence: evidenceSchema.optional(),
})
export type InstalledBuild = z.infer<typeof installedBuildSchema>

const activeSchema = z.object({
  id: workerIdSchema,
  active: installedBuildSchema,
  /** The build before, kept for a way back. */
  previous: installedBuildSchema.nullable(),
})
export type InstalledWorker = z.infer<typeof activeSchema>

/** Null when it is not installed. Fails with `state_damaged`. */
export async function readInstalled(home: HiveHome, id: WorkerId): Promise<InstalledWorker | null> {
  return readJson(home.worker(id).active, activeSchema, `install it again with: rbee-hive install ${id}`)
}

/**
 * The installed worker that a user means: by its id, or by the address of the installed variant (`llm-worker-cpu`,
 * `llm-worker-rbee-cpu`). Fails with `invalid_id`, `not_installed`, or `state_damaged` where its own record is damaged.
 */
export async function requireInstalled(home: HiveHome, text: string | undefined): Promise<InstalledWorker> {
  const id = parseWorkerId(text)
  const named = await readInstalled(home, id)
  if (named) return named
  const { sound, damaged } = await listInstalled(home)
  const installed = sound.find((worker) =>
    meansInstalled(id, { id: worker.id, variant: worker.active.variant }),
  )
  if (installed) return installed
  const meant = damaged.find(({ name }) => id.startsWith(`${name}-`))
  if (meant) throw meant.error
  throw new RbeeError('not_installed', `${id} is not installed in ${home.root}`, {
    next: `install it with: rbee-hive install ${id} --auto`,
  })
}

/** All installed workers, sorted by id. */
export async function listInstalled(home: HiveHome): Promise<Survey<InstalledWorker>> {
  const ids = (await listFolder(home.workers)).toSorted().flatMap((name) => {
    const id = workerIdSchema.safeParse(name)
    return id.success ? [id.data] : []
  })
  return surveyWorkers(home, ids)
}

/** One worker, for whoever replaces its record: at most one is sound or damaged. */
export function surveyWorker(home: HiveHome, id: WorkerId): Promise<Survey<InstalledWorker>> {
  return surveyWorkers(home, [id])
}

function surveyWorkers(home: HiveHome, ids: readonly WorkerId[]): Promise<Survey<InstalledWorker>> {
  return survey(
    ids,
    (id) => home.worker(id).active,
    (id) => readInstalled(home, id),
  )
}

/** A worker's id as the user typed it: the id itself, never a path. */
export function parseWorkerId(text: string | undefined): WorkerId {
  const id = workerIdSchema.safeParse(text)
  if (id.success) return id.data
  throw new RbeeError(
    'invalid_id',
    `"${text ?? ''}" is not the id of a worker: ${id.error.issues[0]?.message}`,
    {
      next: 'see what is installed with: rbee-hive list',
    },
  )
}

/**
 * Makes a proven build the installed one. The folder moves to its place first; then one rename of `active.json` decides.
 * Whatever interrupts it leaves the previous build active. Builds that are neither active, nor the one before, nor
 * running, nor about to be, are removed.
 */
export function activate(home: HiveHome, id: WorkerId, staged: string, build: InstalledBuild): Promise<void> {
  return withLock(home, { record: id }, async () => {
    await putInPlace(home, id, staged, build)
    await makeActive(home, id, build)
  })
}

/**
 * Puts a proven build in its place without making it the active one: it has yet to show that it serves. It stays there as
 * long as this process lives, and until `release` is called; then, unless it was made active, it can be cleared away.
 */
export function placeCandidate(
  home: HiveHome,
  id: WorkerId,
  staged: string,
  build: InstalledBuild,
): Promise<{ release(): Promise<void> }> {
  return withLock(home, { record: id }, async () => {
    await putInPlace(home, id, staged, build)
    const { pins } = home.worker(id)
    const pin = join(pins, await nameOfThisProcess())
    await makeFolder(pins)
    try {
      await writeFile(pin, build.build)
    } catch (error) {
      throw translateDiskError(error, pins)
    }
    return {
      release: () =>
        withLock(home, { record: id }, async () => {
          await rm(pin, { force: true })
          await clearBuilds(home, id)
        }),
    }
  })
}

/** Makes a build that is in its place the active one; the one that was active is kept for a way back. */
export function activatePlaced(home: HiveHome, id: WorkerId, build: InstalledBuild): Promise<void> {
  return withLock(home, { record: id }, () => makeActive(home, id, build))
}

/** Removes what an activation that was killed before its end left of builds that nobody uses. */
export function tidyBuilds(home: HiveHome, id: WorkerId): Promise<void> {
  return withLock(home, { record: id }, () => clearBuilds(home, id))
}

async function putInPlace(
  home: HiveHome,
  id: WorkerId,
  staged: string,
  build: InstalledBuild,
): Promise<void> {
  const { builds } = home.worker(id)
  const { inUse } = await buildsInUse(home, id)
  await makeFolder(builds)
  try {
    const target = join(builds, build.build)
    await moveIntoPlace(staged, target, inUse.has(build.build) && (await isIntact(target, build)))
  } catch (error) {
    throw translateDiskError(error, builds)
  }
}

async function makeActive(home: HiveHome, id: WorkerId, build: InstalledBuild): Promise<void> {
  const [before] = (await surveyWorker(home, id)).sound
  const previous = before && before.active.build !== build.build ? before.active : (before?.previous ?? null)
  await writeJsonAtomically(home.worker(id).active, { id, active: build, previous } satisfies InstalledWorker)
  await clearBuilds(home, id)
}

/** Forgets the builds that are kept for a way back, and removes those that do not run. */
export function dropPrevious(home: HiveHome, id: WorkerId): Promise<void> {
  return withLock(home, { record: id }, async () => {
    const [worker] = (await surveyWorker(home, id)).sound
    if (worker?.previous) {
      await writeJsonAtomically(home.worker(id).active, {
        ...worker,
        previous: null,
      } satisfies InstalledWorker)
    }
    await clearBuilds(home, id)
  })
}

/** Removes the builds that nobody uses or may go back to; none, where a damaged file may name one of them. */
async function clearBuilds(home: HiveHome, id: WorkerId): Promise<void> {
  const { builds } = home.worker(id)
  const { inUse, complete } = await buildsInUse(home, id)
  if (!complete) return
  for (const name of await listFolder(builds)) {
    if (!inUse.has(name)) await rm(join(builds, name), { recursive: true, force: true })
  }
  const { structures } = home.worker(id)
  for (const name of await listFolder(structures)) {
    const build = buildOfStructure(name)
    const isLeft = build === null ? (await livingOwner(name)) === null : !inUse.has(build)
    if (isLeft) await rm(join(structures, name), { force: true })
  }
}

/** `complete` is false where damaged files may name more. */
async function buildsInUse(
  home: HiveHome,
  id: WorkerId,
): Promise<{ inUse: ReadonlySet<string>; complete: boolean }> {
  const records = await surveyWorker(home, id)
  const instances = await surveyInstances(home)
  const inUse = new Set<string>()
  for (const { active, previous } of records.sound) {
    for (const build of [active, previous]) if (build) inUse.add(build.build)
  }
  for (const { instance, processes } of instances.sound.map(({ record }) => record)) {
    if (instance.id === id) for (const { build } of [instance, ...processes]) inUse.add(build)
  }
  const { pins } = home.worker(id)
  for (const pin of await listFolder(pins)) {
    if ((await livingOwner(pin)) !== null) inUse.add(await readFile(join(pins, pin), 'utf8'))
    else await rm(join(pins, pin), { force: true })
  }
  return { inUse, complete: records.damaged.length + instances.damaged.length === 0 }
}

/**
 * Build folders are named by digest: one that is in use and intact holds the same files, proven by whoever put it there, and
 * is kept. One that nobody uses is what an interrupted removal left, and may be incomplete.
 */
async function moveIntoPlace(staged: string, target: string, keep: boolean): Promise<void> {
  if (!keep) await rm(target, { recursive: true, force: true })
  try {
    await rename(staged, target)
  } catch (error) {
    const exists = hasCode(error, 'ENOTEMPTY', 'EEXIST')
    if (!exists) throw error
    await rm(staged, { recursive: true, force: true })
  }
}

/**
 * Removes a worker, and what killed supervisors left of it: the record first, so that an interrupted removal leaves no worker that looks installed.
 * Fails with `not_installed`, `still_running`, or `state_damaged` where it cannot be told whether it runs.
 */
export async function removeInstalled(home: HiveHome, text: string | undefined): Promise<InstalledWorker> {
  const { id } = await requireInstalled(home, text)
  return withLock(home, { record: id }, async () => {
    const installed = await requireInstalled(home, id)
    const { sound, damaged } = await listInstances(home)
    const running = sound.find(({ instance }) => instance.id === id)
    if (running) {
      const { name, pid, supervisor_pid } = running.instance
      throw new RbeeError('still_running', `${name} is running: process ${pid ?? supervisor_pid}`, {
        next: `stop it first with: rbee-hive stop ${name}`,
      })
    }
    // Whatever its name, it may be an instance of this worker.
    if (damaged[0]) throw damaged[0].error
    await clearLeftoversOfWorker(home, id)
    const { active, folder } = home.worker(id)
    try {
      await rm(active, { force: true })
      await rm(folder, { recursive: true, force: true })
      for (const name of [id, ...(await forgetPorts(home, id))]) {
        const log = home.logFile(name)
        for (const file of [log, ...olderLogs(log)]) await rm(file, { force: true })
      }
      const buildLog = home.buildLog(id)
      for (const file of [buildLog, ...olderLogs(buildLog)]) await rm(file, { force: true })
    } catch (error) {
      throw translateDiskError(error, folder)
    }
    return installed
  })
}

async function listFolder(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}
