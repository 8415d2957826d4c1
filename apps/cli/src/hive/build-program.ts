import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode } from '@rbee/schema'

/** Where the program of an unpacked build lies. */
export function programOf(folder: string, binaryName: string): string {
  return join(folder, 'bin', process.platform === 'win32' ? `${binaryName}.exe` : binaryName)
}

/** In bytes; null where it is missing, or is no file. */
export async function programSize(folder: string, binaryName: string): Promise<number | null> {
  try {
    const found = await stat(programOf(folder, binaryName))
    return found.isFile() ? found.size : null
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  }
}

/**
 * Whether a build's program is there with the size that was recorded when it was installed. That is cheap enough for
 * every install; `rbee-hive doctor` looks at all files.
 */
export async function isIntact(
  folder: string,
  { binary_name, program_size }: { readonly binary_name: string; readonly program_size?: number | undefined },
): Promise<boolean> {
  const size = await programSize(folder, binary_name)
  return size !== null && (program_size === undefined || size === program_size)
}
