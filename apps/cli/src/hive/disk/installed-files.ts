import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'
import type { HiveHome } from '../home.ts'

/** A file of an installed build. */
export interface InstalledFile {
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** What it takes on the disk, in bytes. */
  readonly allocated: number
  /** The same for every name of one file on the disk. */
  readonly inode: string
  /** How many names it has. */
  readonly names: number
  readonly executable: boolean
  /** When it was written to last, in milliseconds since the epoch and parts of one. */
  readonly modified: number
}

/** A build folder of a worker. */
export interface BuildFolder {
  readonly worker: string
  readonly build: string
  readonly folder: string
}

/** Every build folder below the home, those that nobody uses included. */
export async function listBuildFolders(home: HiveHome): Promise<BuildFolder[]> {
  const folders: BuildFolder[] = []
  for (const worker of await namesIn(home.workers)) {
    const builds = join(home.workers, worker, 'builds')
    for (const build of await namesIn(builds)) folders.push({ worker, build, folder: join(builds, build) })
  }
  return folders
}

/** The regular files below a folder; none of what is removed meanwhile. */
export async function filesBelow(folder: string): Promise<InstalledFile[]> {
  const files: InstalledFile[] = []
  for (const entry of await entriesOf(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) files.push(...(await filesBelow(path)))
    else if (entry.isFile()) {
      const found = await describe(path)
      if (found !== null) files.push(found)
    }
  }
  return files
}

async function describe(path: string): Promise<InstalledFile | null> {
  try {
    return { path, ...factsOf(await stat(path)) }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** What is told of a file, whatever its name. */
export function factsOf({
  size,
  blocks,
  dev,
  ino,
  nlink,
  mode,
  mtimeMs,
}: Stats): Omit<InstalledFile, 'path'> {
  const executable = (mode & 0o111) !== 0
  // stat(2) counts blocks of 512 bytes, whatever the file system's are.
  const allocated = blocks * 512
  return { size, allocated, inode: `${dev}:${ino}`, names: nlink, executable, modified: mtimeMs }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder)
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
}
