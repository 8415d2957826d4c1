import { readFile } from 'node:fs/promises'
import { hasCode } from '@rbee/schema'
import { writeNew } from '@rbee/trust/key-folder'

/**
 * A secret key that lies in a file, made there where there is none. Fails as `read` does, and with the file system's error.
 *
 * @param make the text of a new key. @param read of the text that is there, whoever made it.
 */
export async function openKeyFile<Key>(
  file: string,
  make: () => string,
  read: (text: string) => Key,
): Promise<Key> {
  const known = await textOf(file)
  if (known !== null) return read(known)
  // Where another process was faster, its key is the one.
  await writeNew(file, `${make()}\n`, { secret: true })
  const made = await textOf(file)
  if (made === null) throw new Error(`${file} was written and is gone`)
  return read(made)
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
