import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  digestSchema,
  manifestObjectSchema,
  platformSchema,
  RbeeError,
  type WorkerId,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { meansInstalled } from './address.ts'
import { readJson, writeJsonAtomically } from './atomic-json.ts'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import { hasCode } from './error-code.ts'
import type { HiveHome } from './home.ts'
import { livingOwner, nameOfThisProcess } from './process-identity.ts'
import { findRunning } from './running.ts'
import { withWorkerLock } from './worker-lock.ts'

/** One unpacked, proven build of a worker. */
export const installedBuildSchema = z.object({
  version: z.string(),
  variant: z.string(),
  platform: platformSchema,
  /** Of the uncompressed tar it was unpacked from. */
  digest: digestSchema,
  /** Folder name below `builds/`. */
  build: z.string().regex(/^[A-Za-z0-9._+-]+$/),
  binary_name: z.string(),
  run: manifestObjectSchema.shape.run.unwrap().nullable(),
  selftest: manifestObjectSchema.shape.selftest.unwrap().nullable(),
  registry: z.string(),
  /** Index into the host's GPUs at the time, or null. */
  gpu: z.number().int().nullable(),
  reason: z.string(),
  installed_at: z.string(),
})
export type InstalledBuild = z.infer<typeof installedBuildSchema>

const activeSchema = z.object({
  id: workerIdSchema,
  active: installedBuildSchema,
  /** The build before, kept for a way back. */
  previous: installedBuildSchema.nullable(),
})
export type InstalledWorker = z.infer<typeof activeSchema>

export async function readInstalled(home: HiveHome, id: WorkerId): Promise<InstalledWorker | null> {
  return readJson(home.worker(id).active, activeSchema)
}

/**
 * The installed worker that a user means: by its id, or by the address of the installed variant (`llm-worker-cpu`,
 * `llm-worker-rbee-cpu`). Fails with `invalid_id` or `not_installed`.
 */
export async function requireInstalled(home: HiveHome, text: string | undefined): Promise<InstalledWorker> {
  const id = parseWorkerId(text)
  const installed =
    (await readInstalled(home, id)) ??
    (await listInstalled(home)).find((worker) =>
      meansInstalled(id, { id: worker.id, variant: worker.active.variant }),
    )
  if (installed) return installed
  throw new RbeeError('not_installed', `${id} is not installed in ${home.root}`, {
    next: `install it with: rbee-hive install ${id} --auto`,
  })
}

/** All installed workers, sorted by id. */
export async function listInstalled(home: HiveHome): Promise<InstalledWorker[]> {
  const installed: InstalledWorker[] = []
  for (const name of (await listFolder(home.workers)).toSorted()) {
    const id = workerIdSchema.safeParse(name)
    const worker = id.success ? await readInstalled(home, id.data) : null
    if (worker) installed.push(worker)
  }
  return installed
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
 * A name for a fresh folder, of a build that is not proven yet. What processes that are gone left there, killed or cut
 * off from power, is removed first. The folder itself is made by whoever unpacks into it.
 */
export async function stagingFolder(home: HiveHome): Promise<string> {
  await makeFolder(home.staging)
  try {
    for (const name of await listFolder(home.staging)) {
      if ((await livingOwner(name)) === null)
        await rm(join(home.staging, name), { recursive: true, force: true })
    }
  } catch (error) {
    throw translateDiskError(error, home.staging)
  }
  return join(home.staging, await nameOfThisProcess())
}

/**
 * Makes a proven build the installed one. The folder moves to its place first; then one rename of `active.json` decides.
 * Whatever interrupts it leaves the previous build active. Builds that are neither active, nor the one before, nor
 * running are removed.
 */
export function activate(home: HiveHome, id: WorkerId, staged: string, build: InstalledBuild): Promise<void> {
  return withWorkerLock(home, id, async () => {
    const place = home.worker(id)
    const before = await readInstalled(home, id)
    const running = await findRunning(home, id)
    const inUse = [before?.active.build, before?.previous?.build, running?.build]
    await makeFolder(place.builds)
    try {
      await moveIntoPlace(staged, join(place.builds, build.build), inUse.includes(build.build))
    } catch (error) {
      throw translateDiskError(error, place.builds)
    }
    const previous =
      before && before.active.build !== build.build ? before.active : (before?.previous ?? null)
    await writeJsonAtomically(place.active, { id, active: build, previous } satisfies InstalledWorker)
    await removeBuildsExcept(place.builds, [build.build, previous?.build, running?.build])
  })
}

/**
 * Build folders are named by digest: one that is in use holds the same files, proven by whoever put it there. One that
 * nobody uses is what an interrupted removal left, and may be incomplete.
 */
async function moveIntoPlace(staged: string, target: string, inUse: boolean): Promise<void> {
  if (!inUse) await rm(target, { recursive: true, force: true })
  try {
    await rename(staged, target)
  } catch (error) {
    const exists = hasCode(error, 'ENOTEMPTY', 'EEXIST')
    if (!exists) throw error
    await rm(staged, { recursive: true, force: true })
  }
}

async function removeBuildsExcept(builds: string, keep: readonly (string | undefined)[]): Promise<void> {
  for (const name of await listFolder(builds)) {
    if (!keep.includes(name)) await rm(join(builds, name), { recursive: true, force: true })
  }
}

/**
 * Removes a worker: the record first, so that an interrupted removal leaves no worker that looks installed.
 * Fails with `not_installed` or `still_running`.
 */
export async function removeInstalled(home: HiveHome, text: string | undefined): Promise<InstalledWorker> {
  const { id } = await requireInstalled(home, text)
  return withWorkerLock(home, id, async () => {
    const installed = await requireInstalled(home, id)
    const running = await findRunning(home, id)
    if (running) {
      throw new RbeeError('still_running', `${id} is running: process ${running.pid}`, {
        next: `stop it first with: rbee-hive stop ${id}`,
      })
    }
    const { active, folder } = home.worker(id)
    try {
      await rm(active, { force: true })
      await rm(folder, { recursive: true, force: true })
      await rm(home.logFile(id), { force: true })
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
