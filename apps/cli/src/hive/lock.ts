import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError } from '@rbee/schema'
import { makeFolder, translateDiskError } from './disk-errors.ts'
import type { HiveHome, LockSubject } from './home.ts'
import { livingOwner, nameOfThisProcess } from './process-identity.ts'

const POLL_MS = 25
/** What is done under the lock takes milliseconds; removing a large build may take seconds. */
const PATIENCE_MS = 60_000

/**
 * Does `work` while no other process of this machine does something to the same subject. Fails with `busy` when another
 * one does not come to its end.
 *
 * Whoever wants the lock puts down a file with a name of its own and has the lock once it finds no other living file.
 * Of two that find each other, the one with the larger name withdraws and tries again. What a killed process left is
 * removed by anybody, which is safe because names are never used twice.
 *
 * @param patienceMs 0 for work that takes long: whoever comes second is told at once.
 */
export async function withLock<Result>(
  home: HiveHome,
  subject: LockSubject,
  work: () => Promise<Result>,
  patienceMs = PATIENCE_MS,
): Promise<Result> {
  const folder = home.lockFolder(subject)
  const own = await nameOfThisProcess()
  const busy = (pid: number) => {
    return new RbeeError('busy', `process ${pid} is ${doing(subject)} at this moment`, {
      next: 'wait until it has finished and run the command again',
    })
  }
  try {
    await takeLock(folder, own, patienceMs, busy)
    return await work()
  } finally {
    await rm(join(folder, own), { force: true })
  }
}

async function takeLock(
  folder: string,
  own: string,
  patienceMs: number,
  busy: (pid: number) => RbeeError,
): Promise<void> {
  let waited = 0
  const wait = async ({ pid }: { pid: number }) => {
    if (waited >= patienceMs) throw busy(pid)
    await sleep(POLL_MS)
    waited += POLL_MS
  }
  for (;;) {
    await putDown(folder, own)
    let rival = await findRival(folder, own)
    while (rival !== null && rival.name > own) {
      await wait(rival)
      rival = await findRival(folder, own)
    }
    if (rival === null) return
    await rm(join(folder, own), { force: true })
    await wait(rival)
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

function doing(subject: LockSubject): string {
  if ('update' in subject) return `updating ${subject.update}`
  if ('trust' in subject) return `changing what is trusted of ${subject.trust}`
  if ('start' in subject) return `starting ${subject.start}`
  return `changing ${'record' in subject ? subject.record : subject.lockFile}`
}
