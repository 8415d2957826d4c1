import { access, readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type FileLock, lockFile } from '@rbee/db/sqlite'
import { hasCode, RbeeError } from '@rbee/schema'
import { makePrivateFolder } from './files.ts'
import { MANIFEST } from './manifest.ts'

const ARCHIVES = 'archives'
const SNAPSHOTS = 'snapshots'
/** What is not finished; nothing in it is ever read. */
const UNFINISHED = 'unfinished'
const LOCK = 'backup.lock'
const OWN = new Set([ARCHIVES, SNAPSHOTS, UNFINISHED, LOCK, `${LOCK}-journal`])

/**
 * Takes a folder for one backup at a time, makes it where it does not exist, and removes what an interrupted backup left.
 * Fails with `setting_invalid` for a folder that holds anything else, and with `busy`.
 */
export async function takeBackupFolder(folder: string): Promise<FileLock> {
  await makePrivateFolder(folder)
  const foreign = (await readdir(folder)).find((name) => !OWN.has(name))
  if (foreign !== undefined) {
    throw new RbeeError('setting_invalid', `--to: ${folder} holds ${foreign}, which belongs to no backup`, {
      next: 'name a folder of its own, which may not exist yet',
    })
  }
  const lock = lockFile(join(folder, LOCK))
  if (lock === null) {
    throw new RbeeError('busy', `Another backup is written to ${folder}`, {
      next: 'wait until it has finished',
    })
  }
  await rm(unfinishedFolder(folder), { recursive: true, force: true })
  for (const name of [ARCHIVES, SNAPSHOTS, UNFINISHED]) await makePrivateFolder(join(folder, name))
  return lock
}

export function unfinishedFolder(folder: string): string {
  return join(folder, UNFINISHED)
}

/** A folder that no snapshot has yet, named by the time in UTC: `20260101T000000Z`. */
export async function freshSnapshot(folder: string, now: number): Promise<string> {
  const name = new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, '')
  const taken = new Set(await readdir(join(folder, SNAPSHOTS)))
  let free = name
  for (let count = 2; taken.has(free); count += 1) free = `${name}-${count}`
  return join(folder, SNAPSHOTS, free)
}

/** The snapshot of that name, by default the newest. Fails with `file_not_found`. */
export async function findSnapshot(folder: string, name: string | undefined): Promise<string> {
  const names = await listSnapshots(folder)
  const found = name === undefined ? names.at(-1) : names.find((candidate) => candidate === name)
  if (found !== undefined) return join(folder, SNAPSHOTS, found)
  const wanted = name === undefined ? 'no backup' : `no snapshot ${JSON.stringify(name)}`
  throw new RbeeError('file_not_found', `${folder} holds ${wanted}`, {
    next: names.length === 0 ? 'name a folder that rbee-catalog backup wrote' : `it has: ${names.join(', ')}`,
  })
}

async function listSnapshots(folder: string): Promise<string[]> {
  let names: string[]
  try {
    names = await readdir(join(folder, SNAPSHOTS))
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
  const complete = await Promise.all(names.map((name) => isFile(join(folder, SNAPSHOTS, name, MANIFEST))))
  // By time, and by number within a second.
  return names
    .filter((_, index) => complete[index])
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

async function isFile(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}

export const snapshotName = basename
