import { access, constants } from 'node:fs/promises'

/**
 * Whether this user may use what lies at a path, as the mode says: `constants.F_OK` and the like. Whatever the system has
 * against it is a no: folders of a PATH may lie on disks that are gone.
 */
export async function canAccess(path: string, mode: number = constants.F_OK): Promise<boolean> {
  try {
    await access(path, mode)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}
