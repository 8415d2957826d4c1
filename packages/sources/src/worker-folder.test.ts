import { join } from 'node:path'
import { manifestText, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { branchWorker } from './testing/branch-catalog.ts'
import { readWorkerFolder } from './worker-folder.ts'

describe('readWorkerFolder', () => {
  it('reads what lies on the disk, committed or not', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write({ ...monorepoWorker('x', 'x-worker', '1.2.3'), 'x/README.md': '# X\n' })
    const { contents, findings } = await readWorkerFolder(join(folder.path, 'x'))
    expect(findings).toEqual([])
    expect(contents).toMatchObject({
      layout: 'monorepo',
      version: '1.2.3',
      readme: '# X\n',
      manifest: { id: 'x-worker' },
    })
  })

  it('finds the version of a workspace in the folders around, with and without a repository', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({
      'Cargo.toml': '[workspace.package]\nversion = "5.0.0"\n',
      'crates/x/worker.toml': manifestText('x-worker'),
      'crates/x/Cargo.toml': '[package]\nversion.workspace = true\n',
    })
    expect((await readWorkerFolder(join(folder.path, 'crates/x'))).contents?.version).toBe('5.0.0')
    await folder.init()
    expect((await readWorkerFolder(join(folder.path, 'crates/x'))).contents?.version).toBe('5.0.0')
  })

  it('reads a metadata.json as well', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write(branchWorker('x-worker', '1.2.3'))
    const { contents, findings } = await readWorkerFolder(folder.path)
    expect(findings).toEqual([])
    expect(contents).toMatchObject({ layout: 'folder', version: '1.2.3', manifest: { id: 'x-worker' } })
  })

  it('writes the .SRCINFO of the PKGBUILD, else of the PKGBUILD.bin, where nothing has to be run for it', async () => {
    await using folder = await TemporaryFolder.create()
    const metadata = { 'worker.toml': manifestText('x') }
    const binary = 'pkgname=x-bin\npkgver=1.0.0\npkgrel=1\narch=(any)\n'
    const within = (name: string, files: Record<string, string>) =>
      Object.fromEntries(
        Object.entries({ ...metadata, ...files }).map(([file, text]) => [`${name}/${file}`, text]),
      )
    const source = 'pkgname=x\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\nbuild() { :; }\npackage() { :; }\n'
    await folder.write({
      ...within('both', { PKGBUILD: source, 'PKGBUILD.bin': binary }),
      ...within('binary', { 'PKGBUILD.bin': binary }),
      ...within('unknown', { PKGBUILD: `${source}depends=("$SOMETHING")\n`, 'PKGBUILD.bin': binary }),
    })
    const srcinfoOf = async (name: string) =>
      (await readWorkerFolder(join(folder.path, name))).contents?.srcinfo
    expect(await srcinfoOf('both')).toBe(
      'pkgbase = x\n\tpkgver = 1.0.0\n\tpkgrel = 1\n\tarch = x86_64\n\npkgname = x\n',
    )
    expect(await srcinfoOf('binary')).toMatch(/^pkgbase = x-bin\n/)
    expect(await srcinfoOf('unknown')).toBeNull()
  })

  it.each([
    ['a folder without manifest', 'empty', 'manifest_missing'],
    ['no folder at all', 'nowhere', 'catalog_unreadable'],
    ['a manifest without version', 'bare', 'version_missing'],
  ])('says what is wrong with %s', async (_name, path, code) => {
    await using folder = await TemporaryFolder.create()
    await folder.write({ 'empty/x': '', 'bare/worker.toml': manifestText('bare') })
    const { findings } = await readWorkerFolder(join(folder.path, path))
    expect(findings.map((finding) => `${finding.severity} ${finding.code} ${finding.path}`)).toEqual([
      `error ${code} .`,
    ])
  })
})
