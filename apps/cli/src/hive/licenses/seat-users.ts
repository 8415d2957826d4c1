import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { translateDiskError } from '../disk-errors.ts'
import { livingOwner, nameOfThisProcess } from '../process-identity.ts'
import { makeSeatFolder, type SeatFolder } from './held-seat.ts'

/** Which processes of this machine use a seat, so that the last one gives it back. */
export function seatUsers(folder: SeatFolder) {
  return {
    /** @returns what ends the use, and tells whether others go on. */
    async enter(): Promise<() => Promise<{ others: boolean }>> {
      await makeSeatFolder(folder)
      const own = await nameOfThisProcess()
      try {
        await writeFile(join(folder.users, own), '')
      } catch (error) {
        throw translateDiskError(error, folder.users)
      }
      return async () => {
        await rm(join(folder.users, own), { force: true })
        return { others: await isUsed(folder) }
      }
    },
  }
}

/** Whether a process that lives uses the seat. What killed ones left is cleared away. */
async function isUsed({ users }: SeatFolder): Promise<boolean> {
  for (const name of await readdir(users)) {
    if ((await livingOwner(name)) !== null) return true
    await rm(join(users, name), { force: true })
  }
  return false
}
