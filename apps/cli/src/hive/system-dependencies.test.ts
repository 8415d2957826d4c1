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

const needs = (...system: string[]) => ({ worker: 'ocr-worker', dependencies: { system } })

/** A folder in which only this package manager is found, and which knows no package. */
async function systemWith(manager: string): Promise<string> {
  const path = await mkdtemp(join(folder, 'system-'))
  await writeFile(join(path, manager), '#!/bin/sh\nexit 1\n')
  await chmod(join(path, manager), 0o755)
  return path
}

describe('checkSystemDependencies', () => {
  it('accepts commands on the PATH', async () => {
    await expect(checkSystemDependencies(needs('ffmpeg'), folder)).resolves.toBeUndefined()
  })

  it.runIf(process.platform === 'linux')('accepts shared libraries the system has', async () => {
    const library = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
    const name = library.header?.glibcVersionRuntime ? 'libc.so.6' : 'libc.musl-x86_64.so.1'
    await expect(checkSystemDependencies(needs(name), process.env.PATH)).resolves.toBeUndefined()
  })

  it('names everything that is missing and how to install it', async () => {
    const missing = ['no-such-program-here', 'libnosuch.so.7']
    await expect(checkSystemDependencies(needs('ffmpeg', ...missing), folder)).rejects.toMatchObject({
      code: 'system_dependency_missing',
      message: expect.stringContaining('no-such-program-here, libnosuch.so.7'),
      next: expect.stringContaining('no-such-program-here'),
      details: { missing },
    })
  })

  it.each([
    ['dpkg-query', /run: (sudo )?apt-get install tesseract-ocr libnosuch7 libnosuch2-7 libno-such1$/],
    ['apk', /apk add tesseract-ocr so:libnosuch.so.7 so:libnosuch2.so.7 so:libno_such.so.1$/],
    ['rpm', /dnf install tesseract-ocr 'libnosuch.so.7\(\)\(64bit\)'/],
    ['pacman', /pacman -S tesseract-ocr; install the package that holds libnosuch.so.7, libnosuch2.so.7/],
  ])('names the packages as %s knows them', async (manager, next) => {
    const needed = needs('tesseract-ocr', 'libnosuch.so.7', 'libnosuch2.so.7', 'libno_such.so.1')
    await expect(checkSystemDependencies(needed, await systemWith(manager))).rejects.toMatchObject({
      next: expect.stringMatching(next),
    })
  })

  it('never advises to run what a shell would take for more than a name', async () => {
    const path = await systemWith('dpkg-query')
    await expect(checkSystemDependencies(needs('x; rm -rf ~', '$(id).so.1'), path)).rejects.toMatchObject({
      next: expect.not.stringContaining('run:'),
    })
  })

  it('never hands an option-like name to a package manager', async () => {
    await expect(checkSystemDependencies(needs('--version'), process.env.PATH)).rejects.toMatchObject({
      code: 'system_dependency_missing',
    })
  })
})
