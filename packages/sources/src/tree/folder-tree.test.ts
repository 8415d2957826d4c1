import { execFileSync } from 'node:child_process'
import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestText, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { compileCatalog } from '../catalog/compile.ts'
import { openFolderTree } from './folder-tree.ts'

describe('a plain folder', () => {
  it('is read without following any link or waiting for a pipe', async () => {
    await using outside = await TemporaryFolder.create()
    await outside.write(monorepoWorker('secret', 'secret-worker'))
    await using folder = await TemporaryFolder.create()
    await folder.write({ ...monorepoWorker('good', 'good-worker'), ...monorepoWorker('pipe', 'pipe-worker') })
    await folder.link(join(outside.path, 'secret'), 'linked-folder')
    await folder.link(join(outside.path, 'secret/worker.toml'), 'linked-file/worker.toml')
    await folder.write({ 'linked-file/package.json': '{"version": "1.0.0"}' })
    await folder.link('/etc/hostname', 'good/README.md')
    await folder.write({ 'pipe/worker.toml': '' })
    execFileSync('sh', ['-c', 'rm worker.toml && mkfifo worker.toml'], { cwd: join(folder.path, 'pipe') })
    const compiled = await compileCatalog(folder.path, { official: true, base: '/' })
    expect(compiled.entries.map(({ manifest, readme }) => [manifest.id, readme])).toEqual([
      ['good-worker', null],
    ])
    expect(compiled.findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual([
      'error file_is_link linked-file',
      'error file_is_link pipe',
      'warning file_is_link linked-folder',
      'warning file_is_link good',
    ])
  })

  it('refuses a path that leads through a link', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({ 'real/worker.toml': manifestText('x') })
    await folder.link('real', 'alias')
    const tree = await openFolderTree(folder.path, {
      scope: '',
      maxDepth: 4,
      maxEntries: 10,
      skipFolders: new Set(),
    })
    expect(await tree.read('alias/worker.toml', 1000)).toEqual({ ok: false, reason: 'link' })
    expect(await tree.read('real/worker.toml', 10)).toEqual({ ok: false, reason: 'too-large' })
    expect(await tree.read('real/none', 10)).toEqual({ ok: false, reason: 'absent' })
    expect(await tree.read('real', 10)).toEqual({ ok: false, reason: 'absent' })
  })

  it('is read as far as permissions allow', async (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything')
    await using folder = await TemporaryFolder.create()
    await folder.write({ ...monorepoWorker('good', 'good-worker'), ...monorepoWorker('file', 'file-worker') })
    await folder.write(monorepoWorker('closed', 'closed-worker'))
    await chmod(join(folder.path, 'file/worker.toml'), 0)
    await chmod(join(folder.path, 'closed'), 0)
    try {
      const { entries, findings } = await compileCatalog(folder.path, { official: true, base: '/' })
      expect(entries.map(({ manifest }) => manifest.id)).toEqual(['good-worker'])
      expect(findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`)).toEqual([
        'error catalog_unreadable file',
        'warning catalog_unreadable closed',
      ])
    } finally {
      await chmod(join(folder.path, 'closed'), 0o755)
    }
  })

  it('is not read beyond the number of files it may hold', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, ''])))
    const options = { scope: '', maxDepth: 1, maxEntries: 10, skipFolders: new Set<string>() }
    await expect(openFolderTree(folder.path, options)).rejects.toMatchObject({ code: 'catalog_limit' })
  })
})
