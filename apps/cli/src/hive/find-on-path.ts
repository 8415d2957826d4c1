import { constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { canAccess } from './can-access.ts'

/** Whether a folder of the PATH holds a program of this name. */
export async function findOnPath(name: string, path: string | undefined): Promise<boolean> {
  return (await programOnPath(name, path)) !== null
}

/** The first program of this name on the PATH, or null. */
export async function programOnPath(name: string, path: string | undefined): Promise<string | null> {
  for (const folder of (path ?? '').split(delimiter)) {
    const program = join(folder, name)
    if (folder !== '' && (await canAccess(program, constants.X_OK))) return program
  }
  return null
}
