import { catalogEntrySchema, findingSchema } from '@rbee/schema'
import { folderWorker, manifestText, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { compileCatalog } from '../catalog/compile.ts'
import { addBranch, branchCatalog, branchWorker, writeIndex } from '../testing/branch-catalog.ts'

async function compile(folder: TemporaryFolder, place = '.') {
  const compiled = await compileCatalog(place, {
    official: true,
    base: folder.path,
    searchPath: process.env.PATH,
  })
  for (const entry of compiled.entries) catalogEntrySchema.parse(entry)
  for (const finding of compiled.findings) findingSchema.parse(finding)
  return {
    ...compiled,
    /** `id version source layout branch`. */
    served: compiled.entries
      .map(({ manifest, version, source, layout, git }) =>
        [manifest.id, version, source, layout, git.branch].join(' '),
      )
      .toSorted(),
    /** `severity code path file field`. */
    told: compiled.findings
      .map(({ severity, code, path, file, field }) => [severity, code, path, file, field].join(' '))
      .toSorted(),
  }
}

describe('a branch per worker', () => {
  it('is read from branches that hold a metadata.json, where no folder holds a worker', async () => {
    await using folder = await branchCatalog()
    const [tip] = await addBranch(folder, 'llm-worker-cpu', branchWorker('llm-worker-cpu', '1.0.0'))
    await addBranch(folder, 'community/ocr', branchWorker('ocr', '2.0.0-rc.1'))
    await addBranch(folder, 'notes', { 'notes.md': 'no worker' })
    const { served, told, entries } = await compile(folder)
    expect(told).toEqual([])
    expect(served).toEqual([
      'llm-worker-cpu 1.0.0 official branch llm-worker-cpu',
      'ocr 2.0.0-rc.1 community branch community/ocr',
    ])
    expect(entries.find(({ manifest }) => manifest.id === 'llm-worker-cpu')).toMatchObject({
      git: { url: null, branch: 'llm-worker-cpu', commit: tip, path: '.' },
      manifest: {
        authors: ['Ada Example'],
        build: { features: ['cpu'], default_feature: 'cpu' },
        platforms: { linux: ['x86_64'], macos: ['aarch64'], windows: [] },
        dependencies: { system: ['libgomp.so.1'] },
      },
      pkgbuild: expect.stringContaining('pkgname=llm-worker-cpu'),
      readme: '# llm-worker-cpu 1.0.0\n',
      earlier: [],
    })
  })

  it('keeps its names where it was brought before, whatever else claims them', async () => {
    await using folder = await branchCatalog()
    for (const branch of ['a', 'b']) await addBranch(folder, branch, branchWorker('same', '1.0.0'))
    const brought = (branch: string) =>
      compileCatalog('.', {
        official: true,
        base: folder.path,
        searchPath: process.env.PATH,
        established: () => new Map([['same', branch]]),
      })
    for (const branch of ['a', 'b']) {
      const { entries, findings } = await brought(branch)
      expect(entries.map(({ git }) => git.branch)).toEqual([branch])
      expect(findings).toMatchObject([{ code: 'duplicate_id', message: `"same" belongs to ${branch}` }])
    }
    expect((await brought('gone')).entries).toEqual([])
  })

  it('is told where a .SRCINFO without a PKGBUILD says something else', async () => {
    await using folder = await branchCatalog()
    const { PKGBUILD: _, ...files } = branchWorker('a-worker', '1.0.0-rc.1')
    const srcinfo = (version: string, url: string) =>
      `pkgbase = a-worker\n\tpkgver = ${version}\n\turl = ${url}\n\npkgname = a-worker\n`
    await addBranch(folder, 'same', { ...files, '.SRCINFO': srcinfo('1.0.0_rc.1', 'https://example.com/') })
    expect((await compile(folder)).told).toEqual([])
    await addBranch(folder, 'b', {
      ...branchWorker('b-worker', '1.0.0'),
      '.SRCINFO': srcinfo('1.0.0', 'https://of-the-pkgbuild.example'),
    })
    const { PKGBUILD: __, ...others } = branchWorker('c-worker', '1.0.0')
    await addBranch(folder, 'c', { ...others, '.SRCINFO': srcinfo('0.9.0', 'https://evil.example/x') })
    const { served, told, findings } = await compile(folder)
    expect(served).toHaveLength(3)
    expect(told).toEqual([
      'warning manifest_conflict c .SRCINFO url',
      'warning version_mismatch c .SRCINFO pkgver',
    ])
    expect(findings.map(({ line }) => line)).toEqual([2, 3])
  })

  it('is read as its index names it, and as other branches only in warnings', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'cpu-branch', branchWorker('llm-worker-cpu', '1.0.0', { description: null }))
    await addBranch(folder, 'work-in-progress', branchWorker('other', '1.0.0'))
    await folder.git(['remote', 'add', 'origin', 'git@github.com:Rbee/catalog.git'])
    await writeIndex(folder, [
      {
        id: 'llm-worker-cpu',
        branch: 'cpu-branch',
        variant: 'cpu',
        description: 'From the index',
        arch: ['x86_64'],
        git_url: 'https://github.com/rbee/catalog',
        pkgbuild_url: 'https://raw.githubusercontent.com/rbee/catalog/cpu-branch/PKGBUILD',
      },
    ])
    const { served, told, entries, catalog } = await compile(folder)
    expect(served).toEqual(['llm-worker-cpu 1.0.0 official branch cpu-branch'])
    expect(told).toEqual(['warning branch_unlisted work-in-progress metadata.json '])
    expect(catalog).toBe('ssh://git@github.com/Rbee/catalog.git')
    expect(entries[0]).toMatchObject({
      manifest: { description: 'From the index' },
      git: { url: 'ssh://git@github.com/Rbee/catalog.git' },
    })
  })

  it('stands beside folders of the commit that holds the index', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('a-worker', '1.0.0'))
    await folder.write({
      ...monorepoWorker('crates/b', 'b-worker'),
      ...folderWorker('community/c', 'c-worker'),
    })
    await writeIndex(folder, [{ id: 'a-worker', branch: 'a' }])
    const { served, told } = await compile(folder)
    expect(told).toEqual([])
    expect(served).toEqual([
      'a-worker 1.0.0 official branch a',
      'b-worker 1.0.0 official monorepo main',
      'c-worker 1.0.0 community folder main',
    ])
  })

  it('is left aside where folders hold workers and no index names branches', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('a-worker', '1.0.0'))
    await folder.write({ ...monorepoWorker('b', 'b-worker'), 'catalog.json': '{"shops": []}' })
    await folder.commit()
    expect((await compile(folder)).served).toEqual(['b-worker 1.0.0 official monorepo main'])
  })

  it('is one worker where its branch is named', async () => {
    await using folder = await branchCatalog()
    const states = [branchWorker('a-worker', '1.0.0'), branchWorker('a-worker', '1.1.0')]
    const [first = ''] = await addBranch(folder, 'a', ...states)
    await addBranch(folder, 'b', branchWorker('b-worker', '1.0.0'))
    const { served, entries, commit } = await compile(folder, '.#a')
    expect(served).toEqual(['a-worker 1.1.0 official branch a'])
    expect(entries[0]?.earlier.map(({ version }) => version)).toEqual(['1.0.0'])
    expect(commit).toMatch(/^[0-9a-f]{40}$/)
    expect((await compile(folder, `.#${first}`)).entries).toMatchObject([
      { version: '1.0.0', earlier: [], git: { branch: null } },
    ])
    expect((await compile(folder, '.#main')).served).toHaveLength(2)
  })

  it('is found in a clone, which knows branches as those of origin', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('a-worker', '1.0.0'))
    await writeIndex(folder, [
      { id: 'a-worker', branch: 'a', git_url: folder.path, pkgbuild_url: 'PKGBUILD' },
    ])
    await using other = await TemporaryFolder.create()
    await other.git(['clone', '-q', folder.path, 'clone'])
    expect((await compile(folder)).served).toEqual(['a-worker 1.0.0 official branch a'])
    const { served, told } = await compile(other, 'clone')
    expect(served).toEqual([])
    expect(told).toEqual(['error manifest_invalid . catalog.json workers[0].git_url'])
    await writeIndex(folder, [{ id: 'a-worker', branch: 'a' }])
    await other.git(['pull', '-q', '--ff-only'], { cwd: 'clone' })
    expect((await compile(other, 'clone')).served).toEqual(['a-worker 1.0.0 official branch a'])
  })

  it('refuses each entry and branch by itself, with its place', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'good', branchWorker('good', '1.0.0'))
    await addBranch(folder, 'renamed', branchWorker('something-else', '1.0.0'))
    await addBranch(folder, 'empty', { 'README.md': '' })
    await addBranch(folder, 'broken', { 'metadata.json': '{\n"id": "broken",\n}' })
    await addBranch(folder, 'versionless', {
      'metadata.json': branchWorker('versionless', '', { version: null })['metadata.json'] ?? '',
    })
    await addBranch(folder, 'mismatch', {
      ...branchWorker('mismatch', '1.0.0'),
      PKGBUILD: branchWorker('mismatch', '1.0.1').PKGBUILD ?? '',
    })
    await addBranch(folder, 'both', {
      ...branchWorker('both', '1.0.0', { features: ['cpu', 'cuda'], platforms: { linux: ['x86_64'] } }),
      'worker.toml': manifestText('both').replace('MIT', 'GPL-3.0-only'),
    })
    const ids = ['good', 'renamed', 'empty', 'broken', 'versionless', 'mismatch', 'both', 'gone']
    await writeIndex(folder, [
      ...ids.map((id) => ({ id, branch: id })),
      { id: 'good', branch: 'good' },
      { id: 'no-branch' },
      { id: 'No Id', branch: 'x' },
      'text',
      { id: 'option', branch: '--upload-pack=touch x' },
    ])
    const { served, told, findings } = await compile(folder)
    expect(served).toEqual(['good 1.0.0 official branch good'])
    expect(told).toEqual(
      [
        'error manifest_conflict both metadata.json license',
        'error manifest_conflict renamed metadata.json id',
        'error manifest_missing empty metadata.json ',
        'error manifest_syntax broken metadata.json ',
        'error version_missing versionless metadata.json version',
        'error version_mismatch mismatch PKGBUILD pkgver',
        'error branch_missing . catalog.json branch',
        'error branch_missing . catalog.json branch',
        'error duplicate_id . catalog.json workers[8].id',
        'error manifest_invalid . catalog.json workers[9].branch',
        'error manifest_invalid . catalog.json workers[10].id',
        'error manifest_invalid . catalog.json workers[11]',
      ].toSorted(),
    )
    expect(findings.find(({ code }) => code === 'manifest_syntax')).toMatchObject({
      line: 3,
      worker: 'broken',
    })
    expect(findings.find(({ code }) => code === 'branch_missing')).toMatchObject({ line: 32, worker: 'gone' })
  })

  it.each([
    ['{"version": "1.0", "workers": [', /not valid JSON/],
    ['{"version": "1.0", "workers": {}}', /must be a list/],
    ['{"version": "2.0", "workers": []}', /version "2.0"/],
    ['{"workers": [], "workers": []}', /stands twice/],
  ])('is not taken for empty where its index is %s', async (text, message) => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('a-worker', '1.0.0'))
    await folder.write({ 'catalog.json': text })
    await folder.commit()
    await expect(compile(folder)).rejects.toMatchObject({
      code: 'catalog_unreadable',
      message: expect.stringMatching(message),
    })
  })

  it('refuses two branches that claim one id, unless one of them is official', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('same', '1.0.0'))
    await addBranch(folder, 'b', branchWorker('same', '9.0.0'))
    await addBranch(folder, 'community/c', branchWorker('mine', '9.0.0'))
    await addBranch(folder, 'd', branchWorker('mine', '1.0.0'))
    const { served, told } = await compile(folder)
    expect(served).toEqual(['mine 1.0.0 official branch d'])
    expect(told).toEqual([
      'error duplicate_id a metadata.json id',
      'error duplicate_id b metadata.json id',
      'error duplicate_id community/c metadata.json id',
    ])
  })

  it('has names of branches that look like options, pathspecs and revisions', async () => {
    await using folder = await branchCatalog()
    const names = ['--help', '-x', 'a,b', "it's", 'é', '$(id)', '`id`', '#x', 'HEAD']
    for (const [index, name] of names.entries()) {
      await addBranch(folder, name, branchWorker(`worker-${index}`, '1.0.0'))
    }
    await writeIndex(
      folder,
      names.map((branch, index) => ({ id: `worker-${index}`, branch })),
    )
    const { served, told } = await compile(folder)
    expect(told).toEqual([])
    expect(served).toHaveLength(names.length)
  })
})

describe('the history of a branch', () => {
  it('gives each version once, by its newest commit', async () => {
    await using folder = await branchCatalog()
    const [, , second, third] = await addBranch(
      folder,
      'a',
      branchWorker('a', '1.0.0'),
      branchWorker('a', '1.1.0', { description: 'Draft' }),
      branchWorker('a', '1.1.0', { description: 'Final' }),
      {
        ...branchWorker('a', '1.10.0'),
        'PKGBUILD.bin': `pkgname=a-bin\npkgver=1.10.0\npkgrel=1\narch=(x86_64)\nsource_x86_64=('https://example.com/a.tar.gz')\nsha256sums_x86_64=('${'b'.repeat(64)}')\npackage() {\n  true\n}\n`,
      },
      { ...branchWorker('a', '1.11.0'), 'CHANGELOG.md': 'x' },
      { ...branchWorker('a', '1.11.0'), 'CHANGELOG.md': 'y' },
    )
    const { entries, told } = await compile(folder)
    expect(told).toEqual([])
    expect(entries).toMatchObject([
      {
        version: '1.11.0',
        changelog: 'y',
        earlier: [
          {
            version: '1.10.0',
            commit: third,
            committed_at: Date.parse('2026-01-01T00:00:00Z'),
            binary_sources: [{ url: 'https://example.com/a.tar.gz', sha256: 'b'.repeat(64) }],
          },
          { version: '1.1.0', commit: second, manifest: { description: 'Final' } },
          { version: '1.0.0' },
        ],
      },
    ])
  })

  it('leaves out what cannot be read, and what was another worker', async () => {
    await using folder = await branchCatalog()
    await addBranch(
      folder,
      'a',
      { 'README.md': 'begun' },
      { 'metadata.json': '{' },
      branchWorker('former-id', '0.1.0'),
      branchWorker('a', '0.2.0', { license: 'no licence' }),
      branchWorker('a', '0.3.0', { license: 'no licence' }),
      branchWorker('a', '0.3.0'),
      branchWorker('a', '0.4.0'),
    )
    const { entries, told, findings } = await compile(folder)
    expect(entries[0]?.earlier.map(({ version }) => version)).toEqual(['0.3.0'])
    expect(told).toEqual(['warning manifest_invalid a  '])
    expect(findings[0]?.message).toMatch(/^version 0.2.0 is left out/)
  })

  it('refuses a tip that is older than a version before it, and serves that one on', async () => {
    await using folder = await branchCatalog()
    const [, newest] = await addBranch(
      folder,
      'a',
      branchWorker('a', '1.0.0'),
      branchWorker('a', '2.0.0'),
      branchWorker('a', '1.0.0', { description: 'Old again' }),
    )
    const { entries, findings } = await compile(folder)
    expect(entries).toMatchObject([
      { version: '2.0.0', git: { commit: newest }, readme: '# a 2.0.0\n', earlier: [{ version: '1.0.0' }] },
    ])
    expect(findings).toMatchObject([
      {
        severity: 'error',
        code: 'downgrade',
        path: 'a',
        file: 'metadata.json',
        field: 'version',
        worker: 'a',
      },
    ])
  })

  it('follows first parents: what is merged in brings no versions', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'side', branchWorker('a', '0.5.0'))
    await addBranch(folder, 'a', branchWorker('a', '1.0.0'), branchWorker('a', '1.1.0'))
    await folder.git(['checkout', '-q', 'a'])
    await folder.git(['merge', '-q', '-s', 'ours', '--allow-unrelated-histories', '-m', 'merge', 'side'])
    const { entries } = await compile(folder, '.#a')
    expect(entries[0]?.earlier.map(({ version }) => version)).toEqual(['1.0.0'])
  })

  it('ends where a shallow clone ends', async () => {
    await using folder = await branchCatalog()
    const versions = ['1.0.0', '1.1.0', '1.2.0']
    await addBranch(folder, 'a', ...versions.map((version) => branchWorker('a', version)))
    await folder.git(['clone', '-q', '--depth', '2', '--branch', 'a', `file://${folder.path}`, 'shallow'])
    const { entries, told } = await compile(folder, 'shallow#a')
    expect(told).toEqual([])
    expect(entries[0]?.earlier.map(({ version }) => version)).toEqual(['1.1.0'])
  })

  it('is walked back a bounded way', async () => {
    await using folder = await branchCatalog()
    const lines: string[] = []
    for (let index = 0; index <= 2_000; index += 1) {
      const metadata =
        branchWorker('a', `1.0.${index < 900 ? 0 : 1}`, { description: `State ${index}` })['metadata.json'] ??
        ''
      lines.push(
        'commit refs/heads/a',
        'committer a <a@example.com> 1700000000 +0000',
        'data 0',
        `M 100644 inline ${index % 2 === 0 ? 'metadata.json' : 'notes'}`,
        `data ${Buffer.byteLength(metadata)}`,
        metadata,
      )
    }
    await folder.git(['fast-import', '--quiet'], { stdin: `${lines.join('\n')}\n` })
    const { entries } = await compile(folder)
    expect(entries).toMatchObject([{ version: '1.0.1', earlier: [] }])
  })
})
