import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { lockFile } from '@rbee/db/sqlite'
import { explainDisk, repositoryLayout } from '@rbee/package-repositories'
import { RbeeError } from '@rbee/schema'

/**
 * Does `work` while no other process builds repositories in a folder, which is made where it does not exist. Fails with
 * `busy`, and with `setting_invalid` or `disk_full` for a folder that cannot be written.
 */
export async function withRepositoryFolder<Result>(
  folder: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const { lock: file } = repositoryLayout(folder)
  try {
    await mkdir(dirname(file), { recursive: true })
  } catch (error) {
    throw explainDisk(error, folder)
  }
  const lock = lockFile(file)
  if (lock === null) {
    throw new RbeeError('busy', `another process builds the repositories in ${folder}`, {
      next: 'wait until it has finished and run the command again',
    })
  }
  try {
    return await work()
  } finally {
    lock.release()
  }
}
