import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hasCode } from '@rbee/schema'

/** Secret keys are for their owner alone. */
const SECRET_MODE = 0o600
const PUBLIC_MODE = 0o644

/**
 * Writes a file that must not exist yet, in one step and to the disk: a key that is lost cannot be made again.
 *
 * @returns false when it exists.
 */
export async function writeNew(
  path: string,
  contents: string | Uint8Array,
  { secret }: { readonly secret: boolean },
): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: secret ? 0o700 : 0o755 })
  const temporary = `${path}.${randomUUID()}`
  try {
    const file = await open(temporary, 'wx', secret ? SECRET_MODE : PUBLIC_MODE)
    try {
      await file.writeFile(contents)
      await file.sync()
    } finally {
      await file.close()
    }
    await link(temporary, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Names and contents of the files with this ending; none where the folder does not exist. */
export async function readAll(folder: string, ending: string): Promise<Map<string, Buffer>> {
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return new Map()
    throw error
  }
  const wanted = names.filter((name) => name.endsWith(ending)).toSorted()
  return new Map(
    await Promise.all(
      wanted.map(async (name): Promise<[string, Buffer]> => [name, await readFile(join(folder, name))]),
    ),
  )
}
