import { spawnSync } from 'node:child_process'
import { readFile, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { packedArchive, TemporaryFolder } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { PIN_FILE } from '../../catalog/init/program-pin.ts'
import { endPrograms, run, serve } from './testing/program.ts'

const OPERATOR = `rbee_op_${'o'.repeat(43)}`

afterEach(endPrograms)

interface Made {
  readonly path: string
  readonly name: string
  readonly owner: string | null
  readonly branch: string
  readonly created: readonly string[]
  readonly replaced: readonly string[]
  readonly kept: readonly string[]
  readonly initialized: boolean
  readonly programs: { readonly version: string; readonly sha256: string; readonly url: string } | null
}

async function init(cwd: string, args: readonly string[]) {
  const ended = await run(cwd, ['init', ...args, '--json'])
  return { ...ended, made: JSON.parse(ended.stdout) as Made & { error?: { code: string }; files?: string[] } }
}

const textOf = (folder: TemporaryFolder, path: string) => readFile(join(folder.path, path), 'utf8')

describe('init', () => {
  it('makes a repository that passes the checks and compiles', async () => {
    await using folder = await TemporaryFolder.create()
    const { code, made } = await init(folder.path, [
      'my-catalog',
      '--owner',
      '@ada',
      '--name',
      'Workers of Ada',
    ])
    expect([code, made.initialized, made.owner, made.branch]).toEqual([0, true, 'ada', 'main'])
    expect(made.created).toEqual(
      expect.arrayContaining([
        'README.md',
        'CONTRIBUTING.md',
        '.github/pull_request_template.md',
        '.github/CODEOWNERS',
        '.github/workflows/check.yml',
        '.github/workflows/comment.yml',
        '.github/workflows/publish.yml',
        'community/example-worker/worker.toml',
      ]),
    )
    expect(await textOf(folder, 'my-catalog/README.md')).toMatch(/^# Workers of Ada\n/)
    expect(await textOf(folder, 'my-catalog/.github/CODEOWNERS')).toMatch(/^\/\.github\/ +@ada$/m)

    const uncommitted = await run(folder.path, ['check', 'my-catalog'])
    expect([uncommitted.code, uncommitted.stderr + uncommitted.stdout]).toEqual([
      0,
      expect.stringContaining('0 errors, 0 warnings in 1 worker'),
    ])
    await folder.git(['add', '-A'], { cwd: 'my-catalog' })
    await folder.git(['commit', '-q', '-m', 'begin'], { cwd: 'my-catalog' })
    const compiled = await run(folder.path, [
      'sync',
      '--catalog',
      'my-catalog',
      '--dry-run',
      '--strict',
      '--json',
    ])
    expect(compiled.code).toBe(0)
    expect(JSON.parse(compiled.stdout)).toMatchObject({
      catalogs: [{ accepted: [{ id: 'example-worker', version: '0.1.0' }], refused: [], warnings: [] }],
    })
  })

  it('brings an example that builds and proves itself', async () => {
    await using folder = await TemporaryFolder.create()
    await init(folder.path, ['.', '--only', 'community/example-worker'])
    const source = join(folder.path, 'community/example-worker')
    const env = { PATH: process.env.PATH, RBEE_OUTPUT: join(folder.path, 'build') }
    const built = spawnSync(process.execPath, ['build.mjs'], { cwd: source, env, encoding: 'utf8' })
    expect([built.status, built.stderr]).toEqual([0, ''])
    const program = join(folder.path, 'build/bin/example-worker')
    expect((await stat(program)).mode & 0o111).toBe(0o111)
    const proved = spawnSync(process.execPath, [program, '--self-test'], { encoding: 'utf8' })
    expect([proved.status, proved.stderr]).toEqual([0, ''])
  })

  it('overwrites nothing, and says how to go on', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({ 'README.md': '# Mine\n' })
    const refused = await init(folder.path, ['.'])
    expect([refused.code, refused.made.error?.code, refused.made.files]).toEqual([
      1,
      'file_exists',
      ['README.md'],
    ])
    await expect(stat(join(folder.path, 'CONTRIBUTING.md'))).rejects.toThrow('ENOENT')
    expect(refused.stderr).toContain('--keep')

    const tried = await init(folder.path, ['.', '--force', '--dry-run'])
    expect([tried.code, tried.made.replaced, await textOf(folder, 'README.md')]).toEqual([
      0,
      ['README.md'],
      '# Mine\n',
    ])
    await expect(stat(join(folder.path, '.git'))).rejects.toThrow('ENOENT')

    const kept = await init(folder.path, ['.', '--keep'])
    expect([kept.code, kept.made.kept, await textOf(folder, 'README.md')]).toEqual([
      0,
      ['README.md'],
      '# Mine\n',
    ])
    const again = await init(folder.path, ['.', '--keep'])
    expect([again.made.created, again.made.initialized]).toEqual([[], false])

    const one = await init(folder.path, ['.', '--force', '--only', 'README.md'])
    expect([one.code, one.made.replaced, one.made.kept]).toEqual([0, ['README.md'], []])
    const both = await run(folder.path, ['init', '.', '--force', '--keep'])
    expect(both.code).toBe(2)
    const unknown = await run(folder.path, ['init', '.', '--only', 'README'])
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('README.md')])
  })

  it('follows no link out of the folder', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({ 'outside/.keep': '', 'catalog/.keep': '' })
    await symlink(join(folder.path, 'outside'), join(folder.path, 'catalog/.github'))
    const { code, made } = await init(folder.path, ['catalog', '--force'])
    expect([code, made.error?.code]).toEqual([1, 'file_unreadable'])
    await expect(stat(join(folder.path, 'outside/CODEOWNERS'))).rejects.toThrow('ENOENT')
  })

  it('takes owner and branch from the repository that it is', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.git(['init', '-q', '-b', 'trunk'])
    await folder.git(['remote', 'add', 'origin', 'git@github.com:ada-labs/workers.git'])
    const { made } = await init(folder.path, [])
    expect([made.initialized, made.owner, made.branch]).toEqual([false, 'ada-labs', 'trunk'])
    expect(await textOf(folder, '.github/workflows/publish.yml')).toContain('branches: ["trunk"]')
  })

  it.each([
    [['--owner', 'a b'], 'GitHub account'],
    [['--owner', 'x\n/.github/ @eve'], 'GitHub account'],
    [['--name', '[x](https://evil.example)'], 'letters'],
    [['--registry', "https://registry.example/'}}"], 'characters that workflows cannot carry'],
    [['--registry', 'ftp://registry.example'], 'not an http or https address'],
  ])('refuses %j', async (args, reason) => {
    await using folder = await TemporaryFolder.create()
    const { code, stderr } = await run(folder.path, ['init', '.', ...args])
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)])
    await expect(stat(join(folder.path, 'README.md'))).rejects.toThrow('ENOENT')
  })

  it('pins the programs that a server offers by their bytes', async () => {
    await using folder = await TemporaryFolder.create()
    const archive = await packedArchive({ 'bin/rbee-hive': '#!/bin/sh\n' })
    await folder.write({ 'dist/rbee-9.0.0-any.tar.gz': archive.bytes, 'empty/.keep': '' })
    await using server = await serve(folder.path, ['--catalog', 'empty'], { RBEE_OPERATOR_TOKEN: OPERATOR })
    const published = await run(folder.path, ['programs', 'publish', 'dist', '--registry', server.url], {
      RBEE_TOKEN: OPERATOR,
    })
    expect(published.code).toBe(0)
    await init(folder.path, ['catalog', '--owner', 'ada'])
    expect(await textOf(folder, `catalog/${PIN_FILE}`)).not.toMatch(/^sha256/m)
    const { code, made, stderr } = await init(folder.path, [
      'catalog',
      '--registry',
      server.url,
      '--only',
      PIN_FILE,
      '--force',
    ])
    expect([code, made.replaced]).toEqual([0, [PIN_FILE]])
    expect(stderr).toContain('asking')
    const { version, sha256 = '', url } = made.programs ?? {}
    expect([version, url]).toEqual(['9.0.0', `${server.url}/v1/blobs/sha256/${sha256}`])
    expect(await textOf(folder, `catalog/${PIN_FILE}`)).toContain(`\nsha256 ${sha256}\nurl ${url}\n`)
    await server.stop()
    const silent = await run(folder.path, ['init', 'other', '--registry', server.url])
    expect(silent.code).toBe(5)
    await expect(stat(join(folder.path, 'other'))).rejects.toThrow('ENOENT')
  })
})
