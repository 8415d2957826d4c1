import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkSystemDependencies } from './system-dependencies.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'path-'))
  await writeFile(join(folder, 'ffmpeg'), '#!/bin/sh\n')
  await chmod(join(folder, 'ffmpeg'), 0o755)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('checkSystemDependencies', () => {
  it('accepts commands on the PATH', async () => {
    await expect(checkSystemDependencies(['ffmpeg'], folder)).resolves.toBeUndefined()
  })

  it.runIf(process.platform === 'linux')('accepts shared libraries the system has', async () => {
    const library = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
    const name = library.header?.glibcVersionRuntime ? 'libc.so.6' : 'libc.musl-x86_64.so.1'
    await expect(checkSystemDependencies([name], process.env.PATH)).resolves.toBeUndefined()
  })

  it('names everything that is missing and how to install it', async () => {
    const missing = ['no-such-program-here', 'libnosuch.so.7']
    await expect(checkSystemDependencies(['ffmpeg', ...missing], folder)).rejects.toMatchObject({
      code: 'system_dependency_missing',
      message: expect.stringContaining('no-such-program-here, libnosuch.so.7'),
      next: expect.stringContaining('no-such-program-here'),
      details: { missing },
    })
  })

  it('never hands an option-like name to a package manager', async () => {
    await expect(checkSystemDependencies(['--version'], process.env.PATH)).rejects.toMatchObject({
      code: 'system_dependency_missing',
    })
  })
})
