import { chmod, mkdir, readdir, readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failureOf, TemporaryFolder } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { collectBuild } from './collect-build.ts'

const LIMITS = { disk: 2 ** 20 }
const NEVER = new AbortController().signal

let folder: TemporaryFolder
beforeEach(async () => {
  folder = await TemporaryFolder.create()
})
afterEach(() => folder[Symbol.asyncDispose]())

/** Makes a package: a text is a file, executable below `bin`, and `-> x` a link. */
async function aPackage(files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(folder.path, 'pkg')
  for (const [name, contents] of Object.entries(files)) {
    const path = join(root, name)
    await mkdir(join(path, '..'), { recursive: true })
    if (contents.startsWith('-> ')) await symlink(contents.slice(3), path)
    else await writeFile(path, contents, { mode: name.includes('bin/') ? 0o755 : 0o644 })
  }
  return root
}

const collect = async (files: Readonly<Record<string, string>>) =>
  collectBuild([await aPackage(files)], 'worker', join(folder.path, 'build'), LIMITS, NEVER)

const built = (name: string) => readFile(join(folder.path, 'build', name), 'utf8')

describe('collectBuild', () => {
  it.for([
    [{ 'usr/bin/worker': 'program', 'usr/lib/worker/data': 'data' }, 'lib/worker/data'],
    [{ 'usr/local/bin/worker': 'program', 'usr/local/share/data': 'data' }, 'share/data'],
    [{ 'opt/worker/bin/worker': 'program', 'opt/worker/data': 'data' }, 'data'],
    [{ 'opt/worker/worker': 'program', 'opt/worker/data': 'data' }, 'data'],
    [
      { 'usr/bin/worker': '-> /opt/own/bin/worker', 'opt/own/bin/worker': 'program', 'opt/own/data': 'data' },
      'data',
    ],
    [
      {
        'usr/bin/worker': '-> ../lib/own/worker',
        'usr/lib/own/worker': 'program',
        'usr/lib/own/data': 'data',
      },
      'lib/own/data',
    ],
    [
      {
        'usr/bin/worker': '#!/bin/sh\nexec /usr/lib/rbee/own/bin/worker',
        'usr/lib/rbee/own/bin/worker': 'program',
        'usr/lib/rbee/own/data': 'data',
      },
      'data',
    ],
  ] as const)('finds the program in %j', async ([files, beside]) => {
    await collect(files)
    expect(await built('bin/worker')).toBe('program')
    expect(await built(beside)).toBe('data')
    expect((await stat(join(folder.path, 'build/bin/worker'))).mode & 0o777).toBe(0o755)
  })

  it('puts what links lead to in their place', async () => {
    await collect({
      'usr/bin/worker': 'program',
      'usr/lib/libx.so.1.2': 'library',
      'usr/lib/libx.so': '-> libx.so.1.2',
      'usr/lib64': '-> lib',
      'usr/share/absolute': '-> /usr/lib/libx.so',
    })
    for (const name of ['lib/libx.so', 'lib64/libx.so.1.2', 'share/absolute'])
      expect(await built(name)).toBe('library')
  })

  it('tells what is left out', async () => {
    const { leftOut } = await collect({ 'usr/bin/worker': 'program', 'etc/worker.conf': 'x', 'var/x': 'x' })
    expect(leftOut).toEqual(['etc', 'var'])
    expect(await readdir(join(folder.path, 'build'))).toEqual(['bin'])
  })

  it('gives the same digest for the same files', async () => {
    const files = { 'usr/bin/worker': 'program', 'usr/lib/x': 'x' }
    const first = await collect(files)
    const again = await collectBuild(
      [join(folder.path, 'pkg')],
      'worker',
      join(folder.path, 'again'),
      LIMITS,
      NEVER,
    )
    expect(again.digest).toBe(first.digest)
  })

  it.for([
    [{ 'usr/bin/worker': 'program', 'usr/lib/out': '-> ../../../../../etc/passwd' }],
    [{ 'usr/bin/worker': 'program', 'usr/lib/out': '-> /etc/passwd' }],
    [{ 'usr/bin/worker': 'program', 'usr/lib/nowhere': '-> nothing' }],
    [{ 'usr/bin/worker': 'program', 'usr/lib/round': '-> round' }],
    [{ 'usr/bin/worker': 'program', 'usr/lib/up': '-> ..' }],
    [{ 'usr/bin/worker': 'program', 'usr/lib/a/b': '-> ../a' }],
  ] as const)('refuses the links of %j', async ([files]) => {
    expect(await failureOf(collect(files))).toMatchObject({ code: 'archive_invalid' })
  })

  it('refuses files whose holes would fill the disk, as links to one file would', async () => {
    const root = await aPackage({ 'usr/bin/worker': 'program', 'usr/lib/holes': '' })
    await truncate(join(root, 'usr/lib/holes'), (LIMITS.disk / 4) * 3)
    await collectBuild([root], 'worker', join(folder.path, 'once'), LIMITS, NEVER)
    await symlink('holes', join(root, 'usr/lib/again'))
    const failure = await failureOf(collectBuild([root], 'worker', join(folder.path, 'build'), LIMITS, NEVER))
    expect(failure).toMatchObject({ code: 'archive_invalid', message: expect.stringContaining('larger') })
  })

  it('refuses links that make more folders of few', async () => {
    const root = await aPackage({ 'bin/worker': 'program', 'c/x': '', 'b/x': '' })
    for (let number = 0; number < 12; number += 1) {
      await symlink('../c', join(root, 'b', String(number)))
      await symlink('b', join(root, String(number)))
    }
    const limits = { ...LIMITS, entries: 100 }
    const failure = await failureOf(collectBuild([root], 'worker', join(folder.path, 'build'), limits, NEVER))
    expect(failure).toMatchObject({ code: 'archive_invalid', message: expect.stringContaining('100 files') })
  })

  it('refuses programs with more rights than their user', async () => {
    const root = await aPackage({ 'usr/bin/worker': 'program' })
    await chmod(join(root, 'usr/bin/worker'), 0o4755)
    const failure = await failureOf(collectBuild([root], 'worker', join(folder.path, 'build'), LIMITS, NEVER))
    expect(failure).toMatchObject({ code: 'archive_invalid', message: expect.stringContaining('setuid') })
  })

  it.for([{}, { 'usr/bin/other': 'x' }, { 'usr/bin/worker/file': 'x' }])(
    'says where a program belongs that is not in %j',
    async (files) => {
      await mkdir(join(folder.path, 'pkg'))
      expect(await failureOf(collect(files as Record<string, string>))).toMatchObject({
        code: 'build_failed',
        message: 'package() left no program worker',
      })
    },
  )

  it('ends where it is interrupted', async () => {
    const interrupted = AbortSignal.abort(new Error('Ctrl-C'))
    const root = await aPackage({ 'usr/bin/worker': 'program' })
    await expect(
      collectBuild([root], 'worker', join(folder.path, 'build'), LIMITS, interrupted),
    ).rejects.toThrow('Ctrl-C')
  })

  it('takes over folders of many files, with what is executable and the bytes of each', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`usr/lib/worker/${index}`, `file ${index}`]),
    )
    const root = await aPackage({ 'usr/bin/worker': 'program', ...files })
    await chmod(join(root, 'usr/lib/worker/7'), 0o711)
    await collectBuild([root], 'worker', join(folder.path, 'build'), LIMITS, NEVER)
    const modes = await Promise.all(
      Object.entries(files).map(async ([name, contents]) => {
        const own = name.replace('usr/', '')
        expect(await built(own)).toBe(contents)
        return [own, (await stat(join(folder.path, 'build', own))).mode & 0o777] as const
      }),
    )
    expect(modes.filter(([, mode]) => mode !== 0o644)).toEqual([['lib/worker/7', 0o755]])
  })

  it.for(['pkg', '.'] as const)('follows no link in the place of a package (%s)', async (level) => {
    const root = await aPackage({ 'usr/bin/worker': 'program' })
    const elsewhere = join(folder.path, 'elsewhere')
    await symlink(level === 'pkg' ? root : join(root, '..'), elsewhere)
    const linked = level === 'pkg' ? elsewhere : join(elsewhere, 'pkg')
    const failure = await failureOf(
      collectBuild([linked], 'worker', join(folder.path, 'build'), LIMITS, NEVER),
    )
    expect(failure).toMatchObject({
      code: 'archive_invalid',
      message: expect.stringContaining('is no folder'),
    })
  })
})
