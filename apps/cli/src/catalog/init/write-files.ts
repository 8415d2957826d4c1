import { lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'

/** What is done with files that exist with other contents. */
export type OnExisting = 'refuse' | 'keep' | 'replace'

/** What becomes of each file, by its path. */
export interface FilePlan {
  readonly created: readonly string[]
  readonly replaced: readonly string[]
  /** They exist, and stay: with the same contents, or by the user's word. */
  readonly kept: readonly string[]
}

/**
 * Decides about every file before any is written.
 *
 * @throws RbeeError `file_exists` where files exist with other contents and are to be refused; `file_unreadable` where a
 *   link or anything else that is no file or folder stands in the way.
 */
export async function planFiles(
  root: string,
  files: ReadonlyMap<string, string>,
  onExisting: OnExisting,
): Promise<FilePlan> {
  const created: string[] = []
  const same: string[] = []
  const differing: string[] = []
  for (const [path, text] of files) {
    await refuseObstacles(root, path)
    const existing = await textOf(join(root, path))
    if (existing === null) created.push(path)
    else if (existing === text) same.push(path)
    else differing.push(path)
  }
  if (differing.length > 0 && onExisting === 'refuse') throw inTheWay(differing)
  return onExisting === 'replace'
    ? { created, replaced: differing, kept: same }
    : { created, replaced: [], kept: [...same, ...differing] }
}

/** Writes what is planned. A new file is never written over one that came meanwhile. */
export async function writeFiles(
  root: string,
  files: ReadonlyMap<string, string>,
  { created, replaced }: FilePlan,
): Promise<void> {
  for (const path of [...created, ...replaced]) {
    const target = join(root, path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, files.get(path) ?? '', { flag: created.includes(path) ? 'wx' : 'w' })
  }
}

/** A link could lead a file to any place of the disk. */
async function refuseObstacles(root: string, path: string): Promise<void> {
  const names = path.split('/')
  for (const depth of names.keys()) {
    const inner = names.slice(0, depth + 1).join(sep)
    const found = await kindOf(join(root, inner))
    const wanted = depth === names.length - 1 ? 'file' : 'folder'
    if (found === null || found === wanted) continue
    throw new RbeeError('file_unreadable', `${inner} is in the way: it is not a ${wanted}`, {
      next: 'move it away, or make the catalog in another folder',
    })
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | null> {
  try {
    const found = await lstat(path)
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

function inTheWay(paths: readonly string[]): RbeeError {
  return new RbeeError('file_exists', `nothing was written: ${paths.join(', ')} would be overwritten`, {
    next: 'leave them as they are with --keep, replace them with --force, or name files with --only',
    details: { files: [...paths] },
  })
}
