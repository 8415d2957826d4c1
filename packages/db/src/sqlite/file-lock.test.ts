import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFile } from './file-lock.ts'

describe('lockFile', () => {
  let file = ''
  beforeEach(async () => {
    file = join(await mkdtemp(join(tmpdir(), 'rbee-lock-')), 'server.lock')
  })
  afterEach(() => rm(join(file, '..'), { recursive: true }))

  it('is held once, and again after it was released', () => {
    const lock = lockFile(file)
    expect(lock).not.toBeNull()
    expect(lockFile(file)).toBeNull()
    lock?.release()
    const again = lockFile(file)
    expect(again).not.toBeNull()
    again?.release()
  })

  it('keeps another process out, and ends with a process that is killed', async () => {
    const module = fileURLToPath(new URL('./file-lock.ts', import.meta.url))
    const holder = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `import { lockFile } from ${JSON.stringify(module)}
       globalThis.lock = lockFile(${JSON.stringify(file)})
       console.log(globalThis.lock !== null)
       setInterval(() => {}, 1000)`,
    ])
    const [told] = await once(holder.stdout, 'data')
    expect(String(told)).toBe('true\n')
    expect(lockFile(file)).toBeNull()
    holder.kill('SIGKILL')
    await once(holder, 'close')
    const lock = lockFile(file)
    expect(lock).not.toBeNull()
    lock?.release()
  })
})
