import { execFile } from 'node:child_process'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { TemporaryFolder } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SourceWish, writeSourceRepository } from './source-repository.ts'

const run = promisify(execFile)
const TOML = '[worker]\nid = "echo-worker"\n'

describe('writeSourceRepository', () => {
  let catalog: TemporaryFolder
  let place: TemporaryFolder
  beforeEach(async () => {
    catalog = await TemporaryFolder.create()
    place = await TemporaryFolder.create()
  })
  afterEach(async () => {
    await catalog[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })

  const target = () => join(place.path, 'source.git')
  const write = (git: SourceWish['git'], location = catalog.path) =>
    writeSourceRepository(location, { git, tag: 'v1.0.0', message: 'echo-worker 1.0.0' }, target(), {
      base: catalog.path,
      searchPath: process.env.PATH,
    })
  const git = async (...args: string[]) => (await run('git', ['-C', target(), ...args])).stdout.trim()
  const files = async () => (await git('ls-tree', '-r', '--name-only', 'v1.0.0')).split('\n')

  it('holds what the commit holds, and nothing else of the repository', async () => {
    await catalog.init()
    await catalog.write({ 'secret.txt': 'password', 'workers/echo/worker.toml': TOML })
    await catalog.commit()
    await rm(join(catalog.path, 'secret.txt'))
    await catalog.write({ 'run.sh': '#!/bin/sh\n' })
    const commit = await catalog.commit()
    await catalog.git(['branch', 'unpublished'])
    await catalog.write({ 'run.sh': 'not committed', 'new.txt': 'new' })

    expect(await write({ commit, path: 'workers/echo' })).toBe(true)
    expect(await files()).toEqual(['run.sh', 'workers/echo/worker.toml'])
    expect(await git('show', 'v1.0.0:run.sh')).toBe('#!/bin/sh')
    expect(await git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main\nrefs/tags/v1.0.0')
    expect(await git('rev-list', '--count', '--all')).toBe('1')
    await git('fsck', '--strict')
    expect(await catalog.git(['status', '--porcelain'])).toBe('M run.sh\n?? new.txt')
  })

  it('does without the objects of the catalog, and is served as it lies there', async () => {
    await catalog.init()
    await catalog.write({ 'worker.toml': TOML })
    const commit = await catalog.commit()
    await write({ commit, path: '.' })
    await rm(join(catalog.path, '.git'), { recursive: true })
    await git('fsck', '--strict', '--full')
    const [main] = (await git('rev-parse', 'main')).split('\n')
    expect(await readFile(join(target(), 'info/refs'), 'utf8')).toBe(
      `${main}\trefs/heads/main\n${main}\trefs/tags/v1.0.0\n`,
    )
    const packs = (await readdir(join(target(), 'objects/pack'))).filter((name) => name.endsWith('.pack'))
    expect(await readFile(join(target(), 'objects/info/packs'), 'utf8')).toBe(`P ${packs[0]}\n\n`)
  })

  it('is left alone while its files are the same, and replaced when they change', async () => {
    await catalog.write({ 'echo/worker.toml': TOML, 'echo/node_modules/x/index.js': 'x', '.env': 'x' })
    await catalog.write({ '.gitignore': '.env\n' })
    expect(await write({ commit: null, path: 'echo' })).toBe(true)
    expect(await files()).toEqual(['.gitignore', 'echo/worker.toml'])
    const { ino } = await stat(target())
    await write({ commit: null, path: 'echo' })
    expect((await stat(target())).ino).toBe(ino)

    await catalog.write({ 'echo/main.sh': 'exit' })
    await write({ commit: null, path: 'echo' })
    expect(await files()).toContain('echo/main.sh')
    expect(await readdir(place.path)).toEqual(['source.git'])
  })

  it.each([
    ['a commit that it does not have', { commit: 'a'.repeat(40), path: '.' }],
    ['a commit, where it is no repository', { commit: 'a'.repeat(40), path: 'echo' }],
    ['a folder that is no worker', { commit: null, path: 'other' }],
  ])('is not made of %s', async (_name, wish) => {
    if (wish.path === '.') await catalog.init()
    await catalog.write({ 'echo/worker.toml': TOML, 'other/x': '' })
    if (wish.path === '.') await catalog.commit()
    expect(await write(wish)).toBe(false)
    expect(await readdir(place.path)).toEqual([])
  })

  it('is not made of a catalog that is fetched from elsewhere', async () => {
    expect(await write({ commit: 'a'.repeat(40), path: '.' }, 'https://git.example/workers')).toBe(false)
  })
})
