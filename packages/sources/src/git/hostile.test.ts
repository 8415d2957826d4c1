import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manifestText, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it, vi } from 'vitest'
import { compileCatalog } from '../catalog/compile.ts'

async function compile(folder: TemporaryFolder, place = '.') {
  const compiled = await compileCatalog(place, {
    official: true,
    base: folder.path,
    searchPath: process.env.PATH,
  })
  return {
    ids: compiled.entries.map(({ manifest }) => manifest.id).toSorted(),
    findings: compiled.findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`).toSorted(),
  }
}

async function goodRepository(): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.create()
  await folder.init()
  await folder.write(monorepoWorker('good', 'good-worker'))
  await folder.commit()
  return folder
}

/** Stores an object as it is, without the checks of git's own commands. */
function storeObject(folder: TemporaryFolder, type: string, bytes: Buffer): Promise<string> {
  return folder.git(['hash-object', '-t', type, '-w', '--stdin', '--literally'], { stdin: bytes })
}

/** The bytes of a tree object; `name` may be what git itself would never write. */
function treeBytes(entries: readonly { mode: string; name: string | Buffer; hash: string }[]): Buffer {
  return Buffer.concat(
    entries.flatMap(({ mode, name, hash }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(hash, 'hex'),
    ]),
  )
}

async function commitTree(folder: TemporaryFolder, tree: string): Promise<void> {
  const commit = await folder.git(['commit-tree', tree, '-m', 'hostile'])
  await folder.git(['update-ref', 'HEAD', commit])
}

describe('a hostile repository', () => {
  it('runs nothing that its configuration or attributes name', async () => {
    await using folder = await goodRepository()
    const marker = join(folder.path, 'executed')
    const program = join(folder.path, '.git', 'evil')
    await folder.write({
      '.git/evil': `#!/bin/sh\necho "$0 $*" >> '${marker}'\ncat\n`,
      '.gitattributes': '* filter=evil diff=evil text\n',
      '.git/info/attributes': '* filter=evil\n',
    })
    await chmod(program, 0o755)
    await folder.git(['-c', 'core.attributesFile=/dev/null', 'add', '.gitattributes'])
    await folder.git(['commit', '-q', '-m', 'attributes'])
    for (const [name, value] of [
      ['filter.evil.clean', program],
      ['filter.evil.smudge', program],
      ['filter.evil.process', program],
      ['filter.evil.required', 'true'],
      ['diff.evil.textconv', program],
      ['diff.external', program],
      ['core.fsmonitor', program],
      ['core.hooksPath', join(folder.path, '.git')],
      ['core.pager', program],
      ['core.sshCommand', program],
      ['core.askPass', program],
      ['credential.helper', program],
      ['gpg.program', program],
      ['log.showSignature', 'true'],
      ['remote.origin.url', `ext::${program}`],
      ['remote.origin.promisor', 'true'],
      ['extensions.partialClone', 'origin'],
    ] as const) {
      await folder.git(['config', name, value])
    }
    // Same size, other time: only the contents tell whether it changed, which is when filters would run.
    await folder.write({ 'good/Cargo.toml': '[package]\nname = "y"\nversion = "1.0.0"\n' })
    expect(await compile(folder)).toEqual({
      ids: ['good-worker'],
      findings: ['warning uncommitted_changes .'],
    })
    expect(existsSync(marker)).toBe(false)
  })

  it('is read although it belongs to somebody else, as far as git can tell', async () => {
    await using folder = await goodRepository()
    await folder.git(['config', 'safe.directory', '/nowhere'])
    expect((await compile(folder)).ids).toEqual(['good-worker'])
  })

  it('fetches nothing that is missing', async () => {
    await using folder = await goodRepository()
    await folder.write({
      ...monorepoWorker('lost', 'lost-worker'),
      'lost/Cargo.toml': '[package]\nversion = "7.7.7"\n',
    })
    await folder.commit()
    const hash = await folder.git(['rev-parse', 'HEAD:lost/Cargo.toml'])
    await rm(join(folder.path, '.git', 'objects', hash.slice(0, 2), hash.slice(2)), { force: true })
    await folder.git(['config', 'remote.origin.url', 'https://example.invalid/x.git'])
    await folder.git(['config', 'remote.origin.promisor', 'true'])
    await folder.git(['config', 'extensions.partialClone', 'origin'])
    expect(await compile(folder)).toEqual({
      ids: ['good-worker'],
      findings: ['error catalog_unreadable lost'],
    })
  })

  it('replaces objects and parents by others', async () => {
    await using folder = await goodRepository()
    const first = await folder.git(['rev-parse', 'HEAD'])
    await folder.write(monorepoWorker('later', 'later-worker'))
    const head = await folder.commit()
    const blob = await folder.git(['rev-parse', 'HEAD:good/worker.toml'])
    const other = await folder.git(['hash-object', '-w', '--stdin'], { stdin: manifestText('replaced') })
    await folder.git(['replace', blob, other])
    await folder.git(['replace', head, first])
    await folder.write({ '.git/info/grafts': `${head}\n` })
    expect((await compile(folder)).ids).toEqual(['good-worker', 'later-worker'])
  })

  it('borrows the objects of another one', async () => {
    await using folder = await goodRepository()
    await using other = await TemporaryFolder.create()
    await other.git(['clone', '-q', '--shared', folder.path, 'shared'])
    await expect(compile(other, 'shared')).rejects.toMatchObject({
      code: 'catalog_unreadable',
      next: expect.stringContaining('git repack'),
    })
    await other.git(['repack', '-adq'], { cwd: 'shared' })
    expect((await compile(other, 'shared')).ids).toEqual(['good-worker'])
    await other.link(join(folder.path, '.git', 'objects'), 'linked/.git/objects/ab')
    await other.git(['init', '-q', 'linked'])
    await expect(compile(other, 'linked')).rejects.toMatchObject({ code: 'catalog_unreadable' })
  })

  it('wants its files rewritten when they are archived or checked out', async () => {
    await using folder = await goodRepository()
    const readme = '$Format:%H$ $Id$\r\n'
    await folder.write({
      'good/README.md': readme,
      '.gitattributes': '* export-subst export-ignore ident filter=lfs\n',
    })
    await folder.git(['-c', 'core.attributesFile=/dev/null', 'add', '-A'])
    await folder.git(['commit', '-q', '-m', 'attributes'])
    const compiled = await compileCatalog('.', {
      official: true,
      base: folder.path,
      searchPath: process.env.PATH,
    })
    expect(compiled.entries.map((entry) => entry.readme)).toEqual([readme])
  })

  it('shows links and follows none', async () => {
    await using folder = await goodRepository()
    await folder.write({ ...monorepoWorker('a', 'a-worker'), 'outside.toml': manifestText('outside') })
    await folder.link('../outside.toml', 'linked/worker.toml')
    await folder.write({ 'linked/package.json': '{"version": "1.0.0"}' })
    await folder.link('/etc/passwd', 'a/README.md')
    await folder.link('good', 'alias')
    await folder.commit()
    expect(await compile(folder)).toEqual({
      ids: ['a-worker', 'good-worker'],
      findings: ['error file_is_link linked', 'warning file_is_link a', 'warning file_is_link alias'],
    })
  })

  it('names a submodule', async () => {
    await using folder = await goodRepository()
    const good = await folder.git(['rev-parse', 'HEAD:good'])
    const tree = await folder.git(['mktree', '--missing'], {
      stdin: `040000 tree ${good}\tgood\n160000 commit ${'1'.repeat(40)}\tmodule\n`,
    })
    await commitTree(folder, tree)
    const result = await compile(folder)
    expect(result).toMatchObject({ ids: ['good-worker'] })
    expect(result.findings).toContain('warning file_is_link module')
  })

  it('has folders whose names look like options, pathspecs and revisions', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    const names = [
      '--help',
      '-rf',
      '--upload-pack=id',
      ':(exclude)x',
      ':!x',
      'a b',
      '*',
      '@{u}',
      'é',
      'HEAD',
      '#x',
      "it's",
    ]
    for (const [index, name] of names.entries()) await folder.write(monorepoWorker(name, `worker-${index}`))
    await folder.commit()
    const { ids, findings } = await compile(folder)
    expect(ids).toHaveLength(names.length)
    expect(findings).toEqual([])
    for (const name of names) expect((await compile(folder, `./${name}`)).ids).toHaveLength(1)
  })

  it('names files as no file can be named', async () => {
    await using folder = await goodRepository()
    const good = await folder.git(['rev-parse', 'HEAD:good'])
    const names = ['..', '.', '.git', '../escape', '/etc', 'a\nb', 'a\\b', Buffer.from([0xff, 0x2f])]
    const entries = names.map((name) => ({ mode: '40000', name, hash: good }))
    const tree = await storeObject(
      folder,
      'tree',
      treeBytes([...entries, { mode: '40000', name: 'good', hash: good }]),
    )
    await commitTree(folder, tree)
    const { ids, findings } = await compile(folder)
    expect(ids).toEqual(['good-worker'])
    expect(new Set(findings)).toEqual(new Set(['warning file_not_utf8 .', 'warning uncommitted_changes .']))
    expect(existsSync(join(folder.path, '..', 'escape'))).toBe(false)
  })

  it('holds a few trees that list billions of files', async () => {
    await using folder = await goodRepository()
    let tree = await folder.git(['rev-parse', 'HEAD:good'])
    for (let level = 0; level < 10; level += 1) {
      const entries = [...'0123456789'].map((name) => ({ mode: '40000', name, hash: tree }))
      tree = await storeObject(folder, 'tree', treeBytes(entries))
    }
    await commitTree(folder, tree)
    await expect(compile(folder)).rejects.toMatchObject({ code: 'catalog_limit' })
  })

  it('holds a file of gigabytes as a manifest', async () => {
    await using folder = await goodRepository()
    await folder.write(monorepoWorker('huge', 'huge-worker'))
    await folder.write({ 'huge/worker.toml': Buffer.alloc(64 * 2 ** 20, '#') })
    await folder.commit()
    expect(await compile(folder)).toEqual({
      ids: ['good-worker'],
      findings: ['error file_too_large huge'],
    })
  })

  it('keeps a manifest in Git LFS', async () => {
    await using folder = await goodRepository()
    await folder.write({
      ...monorepoWorker('lfs', 'lfs-worker'),
      'lfs/worker.toml': `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`,
    })
    await folder.commit()
    expect(await compile(folder)).toEqual({ ids: ['good-worker'], findings: ['error file_not_utf8 lfs'] })
  })
})

describe('an unusual repository', () => {
  it('is read where it is bare, a linked work tree, shallow, packed, or of SHA-256', async () => {
    await using folder = await goodRepository()
    await folder.git(['clone', '-q', '--bare', '.', 'bare.git'])
    await folder.git(['worktree', 'add', '-q', 'linked', '-b', 'other'])
    await folder.git(['clone', '-q', '--depth', '1', `file://${folder.path}`, 'shallow'])
    await folder.git(['init', '-q', '--object-format=sha256', '-b', 'main', 'long'])
    await folder.write({
      'long/x/worker.toml': manifestText('x-worker'),
      'long/x/package.json': '{"version":"1.0.0"}',
    })
    await folder.git(['add', '-A'], { cwd: 'long' })
    await folder.git(['commit', '-q', '-m', 'x'], { cwd: 'long' })
    await folder.git(['gc', '-q'])
    expect(await compile(folder, 'bare.git')).toEqual({ ids: ['good-worker'], findings: [] })
    expect(await compile(folder, 'linked')).toEqual({ ids: ['good-worker'], findings: [] })
    expect(await compile(folder, 'shallow')).toEqual({ ids: ['good-worker'], findings: [] })
    expect(await compile(folder, 'long')).toEqual({ ids: ['x-worker'], findings: [] })
  })

  it('leaves nothing behind', async () => {
    await using folder = await goodRepository()
    // Of this test alone: others make and remove folders there meanwhile.
    const scratch = await mkdtemp(join(tmpdir(), 'rbee-scratch-'))
    vi.stubEnv('TMPDIR', scratch)
    try {
      await compile(folder)
      await expect(compile(folder, '.#nope')).rejects.toThrow()
      expect(await readdir(scratch)).toEqual([])
    } finally {
      vi.unstubAllEnvs()
      await rm(scratch, { recursive: true, force: true })
    }
  })
})
