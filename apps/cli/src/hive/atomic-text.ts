import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import { livingOwner, nameOfThisProcess } from './process-identity.ts'

const TEMPORARY = '.tmp'

/** Replaces a file in one step: whoever reads it sees the old contents or the new ones, also after a power cut. */
export async function writeTextAtomically(
  path: string,
  text: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  await writeAtomically(path, (file) => file.writeFile(text), mode)
}

/** The same for contents that are written piece by piece. Where `write` fails, nothing is left. */
export async function writeAtomically(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  mode = 0o644,
): Promise<void> {
  const temporary = `${path}.${await nameOfThisProcess()}${TEMPORARY}`
  await makeFolder(dirname(path))
  try {
    await removeLeftovers(path)
    const file = await open(temporary, 'wx', mode)
    try {
      await write(file)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw translateDiskError(error, path)
  }
}

/** What processes that were killed while they wrote this file left beside it. */
async function removeLeftovers(path: string): Promise<void> {
  const prefix = `${basename(path)}.`
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !name.endsWith(TEMPORARY)) continue
    const owner = name.slice(prefix.length, -TEMPORARY.length)
    if ((await livingOwner(owner)) === null) await rm(join(dirname(path), name), { force: true })
  }
}
