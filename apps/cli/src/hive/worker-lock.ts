import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError, type WorkerId } from '@rbee/schema'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import type { HiveHome } from './home.ts'
import { livingOwner, nameOfThisProcess } from './process-identity.ts'

const POLL_MS = 25
/** What is done under the lock takes milliseconds; removing a large build may take seconds. */
const PATIENCE_MS = 60_000

/**
 * Does `work` while no other process of this machine changes what is recorded of a worker: which build is active, and
 * which process runs it. Fails with `busy` when another one does not come to its end.
 *
 * Whoever wants the lock puts down a file with a name of its own and has the lock once it finds no other living file.
 * Of two that find each other, the one with the larger name withdraws and tries again. What a killed process left is
 * removed by anybody, which is safe because names are never used twice.
 */
export async function withWorkerLock<Result>(
  home: HiveHome,
  id: WorkerId,
  work: () => Promise<Result>,
): Promise<Result> {
  const folder = home.lockFolder(id)
  const own = await nameOfThisProcess()
  try {
    await takeLock(folder, own, id)
    return await work()
  } finally {
    await rm(join(folder, own), { force: true })
  }
}

async function takeLock(folder: string, own: string, id: WorkerId): Promise<void> {
  let waited = 0
  for (;;) {
    await putDown(folder, own)
    let rival = await findRival(folder, own)
    while (rival !== null && rival.name > own) {
      waited = await wait(waited, rival.pid, id)
      rival = await findRival(folder, own)
    }
    if (rival === null) return
    await rm(join(folder, own), { force: true })
    waited = await wait(waited, rival.pid, id)
  }
}

async function putDown(folder: string, own: string): Promise<void> {
  await makeFolder(folder)
  try {
    await writeFile(join(folder, own), '')
  } catch (error) {
    throw translateDiskError(error, folder)
  }
}

async function wait(waited: number, pid: number, id: WorkerId): Promise<number> {
  if (waited >= PATIENCE_MS) {
    throw new RbeeError('busy', `process ${pid} is changing ${id} at this moment`, {
      next: 'wait until it has finished and run the command again',
    })
  }
  await sleep(POLL_MS)
  return waited + POLL_MS
}

/** The smallest living file beside our own, or null. */
async function findRival(folder: string, own: string): Promise<{ name: string; pid: number } | null> {
  for (const name of (await readdir(folder)).toSorted()) {
    if (name === own) continue
    const pid = await livingOwner(name)
    if (pid !== null) return { name, pid }
    await rm(join(folder, name), { force: true })
  }
  return null
}
