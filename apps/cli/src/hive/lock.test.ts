import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { workerIdSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from './home.ts'
import { withLock } from './lock.ts'

const SUBJECT = { record: workerIdSchema.parse('llm-worker') }
let root: string
let home: HiveHome

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hive-'))
  home = hiveHome(root, '/')
})
afterEach(() => rm(root, { recursive: true, force: true }))

/** A process that takes the lock, says so, and keeps it until it is killed. */
async function holder() {
  const script = `
    import { hiveHome } from ${JSON.stringify(new URL('./home.ts', import.meta.url))}
    import { withLock } from ${JSON.stringify(new URL('./lock.ts', import.meta.url))}
    await withLock(hiveHome(${JSON.stringify(root)}, "/"), { record: "llm-worker" }, async () => {
      console.log('held')
      await new Promise((resolve) => setTimeout(resolve, 60_000))
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

describe('withLock', () => {
  it('lets one in at a time, and everybody in the end', async () => {
    let inside = 0
    let most = 0
    const done: number[] = []
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        withLock(home, SUBJECT, async () => {
          inside += 1
          most = Math.max(most, inside)
          await sleep(5)
          inside -= 1
          done.push(index)
        }),
      ),
    )
    expect(most).toBe(1)
    expect(done).toHaveLength(12)
    expect(await readdir(home.lockFolder(SUBJECT))).toEqual([])
  })

  it('is given back when the work fails', async () => {
    await expect(withLock(home, SUBJECT, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withLock(home, SUBJECT, async () => 'yes')).toBe('yes')
  })

  it('waits for another process, and does not wait for one that was killed', async () => {
    const child = await holder()
    let entered = false
    const waiting = withLock(home, SUBJECT, async () => {
      entered = true
    })
    await sleep(200)
    expect(entered).toBe(false)
    child.kill('SIGKILL')
    await waiting
    expect(entered).toBe(true)
    expect(await readdir(home.lockFolder(SUBJECT))).toEqual([])
  })

  it('is not kept by files that no process stands behind', async () => {
    const recycled = `${process.pid}.another%20start.00000000-0000-0000-0000-000000000000`
    await mkdir(home.lockFolder(SUBJECT), { recursive: true })
    for (const name of [recycled, '.DS_Store']) await writeFile(join(home.lockFolder(SUBJECT), name), '')
    expect(await withLock(home, SUBJECT, async () => 'entered')).toBe('entered')
  })
})
