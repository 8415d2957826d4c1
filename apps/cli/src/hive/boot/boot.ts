import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError, workerIdSchema } from '@rbee/schema'
import { writeTextAtomically } from '../atomic-text.ts'
import { translateDiskError } from '../disk-errors.ts'
import { type BootEntry, OWN_MARK } from './boot-entry.ts'
import type { ServiceManager } from './service-manager.ts'

/** A worker that starts with the machine. */
export interface BootService {
  readonly name: string
  readonly file: string
  /** Null where the service manager cannot be asked. */
  readonly active: boolean | null
}

/** What `boot enable` writes, and where. */
export function planBoot(manager: ServiceManager, entry: BootEntry): { file: string; text: string } {
  return { file: join(manager.folder, manager.fileName(entry.name)), text: manager.describe(entry) }
}

/**
 * Lets the service manager start a worker with the machine. Fails with `boot_unavailable`, and then leaves no file behind
 * that was not there; with `busy` when the file is one that the user wrote.
 */
export async function enableBoot(manager: ServiceManager, entry: BootEntry, now: boolean): Promise<string> {
  const { file, text } = planBoot(manager, entry)
  await manager.assertAvailable()
  const before = await readOwn(file)
  await writeTextAtomically(file, text)
  try {
    await manager.enable(entry.name, now)
  } catch (error) {
    if (before === null) await rm(file, { force: true })
    else await writeTextAtomically(file, before)
    throw error
  }
  return file
}

/** Undoes {@link enableBoot}; the worker is ended. Fails with `not_found` when it does not start with the machine. */
export async function disableBoot(manager: ServiceManager, name: string): Promise<string> {
  const file = join(manager.folder, manager.fileName(name))
  if ((await readOwn(file)) === null) {
    throw new RbeeError('not_installed', `${name} does not start with the machine`, {
      next: 'see what does with: rbee-hive boot status',
    })
  }
  await manager.assertAvailable()
  await manager.disable(name)
  await rm(file, { force: true })
  return file
}

/** All workers that start with the machine, by name. */
export async function listBoot(manager: ServiceManager): Promise<BootService[]> {
  const services: BootService[] = []
  for (const fileName of await namesIn(manager.folder)) {
    const name = nameOf(manager, fileName)
    const file = join(manager.folder, fileName)
    if (name === null || !(await isOwn(file))) continue
    services.push({ name, file, active: await manager.isActive(name) })
  }
  return services
}

/** The instance that a file is for, or null when it is named as no instance's. */
function nameOf(manager: ServiceManager, fileName: string): string | null {
  const [before = '', after = ''] = manager.fileName('\n').split('\n')
  const name = workerIdSchema.safeParse(fileName.slice(before.length, fileName.length - after.length))
  return name.success && manager.fileName(name.data) === fileName ? name.data : null
}

async function isOwn(file: string): Promise<boolean> {
  return (await readIfThere(file))?.slice(0, 500).includes(OWN_MARK) ?? false
}

/** What was written here before, or null when there is no file. Fails with `busy` when it is the user's own. */
async function readOwn(file: string): Promise<string | null> {
  const text = await readIfThere(file)
  if (text === null || text.slice(0, 500).includes(OWN_MARK)) return text
  throw new RbeeError('busy', `${file} was not written by rbee-hive, and stays as it is`, {
    next: 'remove it, or start the worker under another name with --name',
  })
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw translateDiskError(error, file)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw translateDiskError(error, folder)
  }
}
