import { join } from 'node:path'
import { catalogEntrySchema, findingSchema, RbeeError } from '@rbee/schema'
import { folderWorker, manifestText, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { branchWorker } from '../testing/branch-catalog.ts'
import { compileCatalog } from './compile.ts'

async function compile(folder: TemporaryFolder, place = '.', official = true) {
  const compiled = await compileCatalog(place, { official, base: folder.path, searchPath: process.env.PATH })
  for (const entry of compiled.entries) catalogEntrySchema.parse(entry)
  for (const finding of compiled.findings) findingSchema.parse(finding)
  return compiled
}

/** `id version source layout path` of every entry. */
function entriesOf({ entries }: Awaited<ReturnType<typeof compile>>) {
  return entries.map(({ manifest, version, source, layout, git }) =>
    [manifest.id, version, source, layout, git.path].join(' '),
  )
}

/** `severity code path` of every finding. */
function findingsOf({ findings }: Awaited<ReturnType<typeof compile>>) {
  return findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`)
}

const LAYOUTS: Record<string, string> = {
  'Cargo.toml': '[workspace.package]\nversion = "2.0.0"\n',
  'bin/30_llm/worker.toml': manifestText('llm-worker'),
  'bin/30_llm/Cargo.toml': '[package]\nname = "x"\nversion.workspace = true\n',
  'bin/30_llm/README.md': '# LLM\n',
  'bin/community/tts/worker.toml': manifestText('tts'),
  'bin/community/tts/pyproject.toml': '[project]\nversion = "0.1.0"\n',
  'bin/community/tts/node_modules/x/worker.toml': manifestText('copy'),
  ...folderWorker('bin/llm-cuda', 'llm-cuda', '1.0.0-rc.1'),
}
const LAYOUT_ENTRIES = [
  'llm-worker 2.0.0 official monorepo bin/30_llm',
  'tts 0.1.0 community monorepo bin/community/tts',
  'llm-cuda 1.0.0-rc.1 official folder bin/llm-cuda',
]

describe('compileCatalog', () => {
  it('reads both layouts out of a commit, wherever the workers lie', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.git(['remote', 'add', 'origin', 'https://me:secret@example.com/catalog.git'])
    await folder.write(LAYOUTS)
    const commit = await folder.commit()
    const compiled = await compile(folder)
    expect(compiled.findings).toEqual([])
    expect(compiled).toMatchObject({ catalog: 'https://example.com/catalog.git', commit })
    expect(entriesOf(compiled)).toEqual(LAYOUT_ENTRIES)
    expect(compiled.entries[0]).toMatchObject({
      git: { url: 'https://example.com/catalog.git', branch: 'main', commit },
      readme: '# LLM\n',
      pkgbuild: null,
    })
    expect(compiled.entries[2]?.pkgbuild).toBe(LAYOUTS['bin/llm-cuda/PKGBUILD'])
  })

  it('reads the same out of a plain folder', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write(LAYOUTS)
    const compiled = await compile(folder)
    expect(compiled).toMatchObject({ catalog: folder.path, commit: null, findings: [] })
    expect(entriesOf(compiled)).toEqual(LAYOUT_ENTRIES)
    expect(compiled.entries[0]?.git).toEqual({ url: null, branch: null, commit: null, path: 'bin/30_llm' })
  })

  it('reads a folder of a repository, and a version from the workspace around it', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write({ ...LAYOUTS, ...monorepoWorker('elsewhere', 'elsewhere') })
    await folder.commit()
    expect(entriesOf(await compile(folder, 'bin'))).toEqual(LAYOUT_ENTRIES)
    expect(entriesOf(await compile(folder, 'bin/community'))).toEqual(LAYOUT_ENTRIES.slice(1, 2))
  })

  it('follows a link to the catalog itself, and goes by its name', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write(monorepoWorker('workers/x', 'x-worker'))
    const commit = await folder.commit()
    await using elsewhere = await TemporaryFolder.create()
    await elsewhere.link(join(folder.path, 'workers'), 'current')
    expect(await compile(elsewhere, 'current')).toMatchObject({
      catalog: join(elsewhere.path, 'current'),
      commit,
      entries: [{ manifest: { id: 'x-worker' } }],
    })
  })

  it('holds every worker of a foreign catalog for community', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write(LAYOUTS)
    const { entries } = await compile(folder, '.', false)
    expect(new Set(entries.map(({ source }) => source))).toEqual(new Set(['community']))
  })

  it('serves HEAD and warns of what is not committed', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write(monorepoWorker('a/x', 'x-worker'))
    await folder.commit()
    await folder.write({
      'a/x/Cargo.toml': '[package]\nversion = "9.0.0"\n',
      ...monorepoWorker('a/y', 'y-worker'),
    })
    const changed = await compile(folder, 'a')
    expect(entriesOf(changed)).toEqual(['x-worker 1.0.0 official monorepo a/x'])
    expect(findingsOf(changed)).toEqual(['warning uncommitted_changes .'])
    expect(changed.findings[0]?.message).toMatch(/^2 uncommitted changes/)
    await folder.write({ 'b/other': 'x' })
    await folder.git(['add', 'a'])
    expect(findingsOf(await compile(folder, 'a'))).toEqual(['warning uncommitted_changes .'])
    await folder.git(['commit', '-q', '-m', 'change'])
    const committed = await compile(folder, 'a')
    expect(committed.findings).toEqual([])
    expect(entriesOf(committed)[0]).toBe('x-worker 9.0.0 official monorepo a/x')
  })

  it('reads another branch, tag or commit where one is named', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write(monorepoWorker('x', 'x-worker', '1.0.0'))
    const first = await folder.commit()
    await folder.git(['tag', 'v1'])
    await folder.git(['checkout', '-q', '-b', 'next'])
    await folder.write(monorepoWorker('x', 'x-worker', '2.0.0'))
    await folder.commit()
    await folder.git(['checkout', '-q', 'main'])
    await folder.write({ 'x/note': 'not committed' })
    for (const [ref, version, branch] of [
      ['next', '2.0.0', 'next'],
      ['v1', '1.0.0', null],
      [first, '1.0.0', null],
    ]) {
      const { entries } = await compile(folder, `.#${ref}`)
      expect(entries[0]).toMatchObject({ version, git: { branch } })
    }
    expect((await compile(folder, '.#next')).findings).toEqual([])
  })

  it('refuses a bad folder by itself, with its place and reason', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({
      ...monorepoWorker('good', 'good-worker'),
      'no-version/worker.toml': manifestText('no-version'),
      'syntax/worker.toml': '[worker\n',
      'syntax/package.json': '{"version": "1.0.0"}',
      'latin1/worker.toml': Buffer.from('[worker]\nid = "caf\xe9"\n', 'latin1'),
      'latin1/package.json': '{"version": "1.0.0"}',
      'large/worker.toml': `${manifestText('large')}#${'x'.repeat(70_000)}\n`,
      'large/package.json': '{"version": "1.0.0"}',
      ...folderWorker('mismatch', 'mismatch', '1.0.0'),
      'mismatch/PKGBUILD.bin': 'pkgname=mismatch-bin\npkgver=1.0.1\npkgrel=1\n',
      ...monorepoWorker('both', 'both', '1.0.0'),
      'both/PKGBUILD': 'pkgname=both\npkgver=1.1.0\npkgrel=1\n',
      'only-pkgbuild/PKGBUILD': 'pkgname=x\n',
      'good/packaging/PKGBUILD': 'pkgname=x\n',
    })
    const compiled = await compile(folder)
    expect(entriesOf(compiled)).toEqual(['good-worker 1.0.0 official monorepo good'])
    expect(findingsOf(compiled).toSorted()).toEqual(
      [
        'error manifest_missing only-pkgbuild',
        'error version_mismatch both',
        'error file_too_large large',
        'error file_not_utf8 latin1',
        'error version_mismatch mismatch',
        'error version_missing no-version',
        'error manifest_syntax syntax',
      ].toSorted(),
    )
    expect(compiled.findings.find(({ path }) => path === 'syntax')).toMatchObject({
      file: 'worker.toml',
      line: 1,
    })
    expect(compiled.findings.find(({ path }) => path === 'both')).toMatchObject({
      file: 'PKGBUILD',
      line: 2,
      field: 'pkgver',
      worker: 'both',
    })
  })

  it('reads a metadata.json in a folder, and leaves files of that name alone which are no workers', async () => {
    await using folder = await TemporaryFolder.create()
    const { 'metadata.json': metadata = '', PKGBUILD = '' } = branchWorker('a-worker', '1.0.0')
    const other = branchWorker('b-worker', '2.0.0')['metadata.json'] ?? ''
    const third =
      branchWorker('c-worker', '3.0.0', { platforms: { linux: ['x86_64'] } })['metadata.json'] ?? ''
    await folder.write({
      'deep/down/a/metadata.json': metadata,
      'deep/down/a/PKGBUILD': PKGBUILD,
      'deep/down/a/.SRCINFO': 'pkgbase = a-worker\n\tpkgver = 0.9.0\n',
      'community/b/metadata.json': other,
      'c/metadata.json': third,
      'c/worker.toml': manifestText('c-worker').replace('"cpu", "cuda"', '"cpu"'),
      'c/package.json': '{"version": "3.0.0"}',
      'assets/metadata.json': '{"photos": 3}',
      'deep/down/data/metadata.json': '{"id": 5}',
      'c/model/metadata.json': '{"id": "model"}',
      'c/node_modules/x/metadata.json': metadata,
    })
    const compiled = await compile(folder)
    expect(entriesOf(compiled)).toEqual([
      'c-worker 3.0.0 official monorepo c',
      'b-worker 2.0.0 community folder community/b',
      'a-worker 1.0.0 official folder deep/down/a',
    ])
    expect(findingsOf(compiled)).toEqual(['warning version_mismatch deep/down/a'])
    await folder.write({
      'c/worker.toml': manifestText('c-worker'),
      'c/package.json': '{"version": "3.0.1"}',
    })
    expect(findingsOf(await compile(folder))).toEqual([
      'error manifest_conflict c',
      'error version_mismatch c',
      'warning version_mismatch deep/down/a',
    ])
  })

  it('serves a worker without the texts that cannot be read', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({
      ...monorepoWorker('x', 'x-worker'),
      'x/README.md': Buffer.from([0xff, 0xfe]),
      'x/CHANGELOG.md': 'x'.repeat(600_000),
    })
    const compiled = await compile(folder)
    expect(compiled.entries[0]).toMatchObject({ readme: null, changelog: null })
    expect(findingsOf(compiled)).toEqual(['warning file_too_large x', 'warning file_not_utf8 x'])
  })

  it('gives an id to the official one', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write({
      ...monorepoWorker('a/community/x', 'same'),
      ...monorepoWorker('b/x', 'same'),
      ...folderWorker('community/same-cpu', 'same-cpu'),
      ...folderWorker('community/other', 'other-cpu'),
    })
    const compiled = await compile(folder)
    expect(entriesOf(compiled).map((entry) => entry.split(' ').at(-1))).toEqual(['b/x', 'community/other'])
    expect(findingsOf(compiled)).toEqual([
      'error duplicate_id a/community/x',
      'error duplicate_id community/same-cpu',
    ])
  })

  it('leaves names with what was served before, as long as it lies where it was', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write({
      ...folderWorker('workers/community/same-cpu', 'same-cpu'),
      ...monorepoWorker('workers/x', 'same'),
      ...folderWorker('workers/community/moved', 'other'),
      ...folderWorker('workers/other', 'other'),
    })
    await folder.commit()
    const { entries, findings } = await compileCatalog(join(folder.path, 'workers'), {
      base: '/',
      searchPath: process.env.PATH,
      official: true,
      name: 'known',
      established: (catalog) =>
        new Map(
          catalog === 'known' ? Object.entries({ 'same-cpu': 'community/same-cpu', other: 'gone' }) : [],
        ),
    })
    expect(entries.map(({ git }) => git.path)).toEqual(['workers/community/same-cpu', 'workers/other'])
    expect(findings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'x: "same-cpu" belongs to community/same-cpu',
      'community/moved: "other" belongs to other',
    ])
  })

  it('takes disputed entries of one commit in the order of their paths', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write({
      ...folderWorker('community/b', 'paint-engine'),
      ...folderWorker('community/a', 'paint-engime'),
    })
    await folder.commit()
    const { entries } = await compileCatalog(folder.path, {
      base: '/',
      searchPath: process.env.PATH,
      official: true,
      disputed: (all) => new Set(all.map(({ manifest }) => manifest.id)),
    })
    expect(entries.map(({ git }) => git.path)).toEqual(['community/a', 'community/b'])
  })

  it('lets no entry compete for names that it may not have', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write({
      ...folderWorker('community/first', 'paint-rbee'),
      ...folderWorker('community/second', 'paint-rbee'),
      ...monorepoWorker('paint', 'paint'),
    })
    await folder.commit()
    const reserved = new RbeeError('name_reserved', 'The name is reserved', { next: 'Choose another id' })
    const { entries, findings } = await compileCatalog(folder.path, {
      base: '/',
      searchPath: process.env.PATH,
      official: true,
      impossible: ({ manifest }) => (manifest.id === 'paint-rbee' ? reserved : null),
    })
    expect(entries.map(({ manifest }) => manifest.id)).toEqual(['paint'])
    expect(findings).toMatchObject(
      ['first', 'second'].map((name) => ({
        code: 'name_reserved',
        path: `community/${name}`,
        file: 'worker.toml',
        field: 'worker.id',
        worker: 'paint-rbee',
        next: 'Choose another id',
      })),
    )
  })

  it('brings disputed entries last, the one first that was there first', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write(monorepoWorker('z', 'paint-engine'))
    await folder.commit()
    await folder.write({ ...monorepoWorker('a', 'paint-engime'), ...monorepoWorker('k', 'other') })
    await folder.commit()
    const { entries } = await compileCatalog(folder.path, {
      base: '/',
      searchPath: process.env.PATH,
      official: true,
      disputed: (all) => new Set(all.map(({ manifest }) => manifest.id).filter((id) => id !== 'other')),
    })
    expect(entries.map(({ manifest }) => manifest.id)).toEqual(['other', 'paint-engine', 'paint-engime'])
  })

  it('gives an id to the one that was there first, and to nobody where that is not known', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write(monorepoWorker('z', 'same'))
    await folder.commit()
    await folder.write(monorepoWorker('a', 'same'))
    await folder.commit()
    await folder.write({
      ...monorepoWorker('p', 'tied'),
      ...monorepoWorker('q', 'tied'),
      'z/note': 'touched',
    })
    await folder.commit()
    const compiled = await compile(folder)
    expect(entriesOf(compiled)).toEqual(['same 1.0.0 official monorepo z'])
    expect(compiled.findings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'a: "same" belongs to z',
      'q: "tied" is claimed here and by p, and nothing says who was first',
      'p: "tied" is claimed here and by q, and nothing says who was first',
    ])
  })

  it.each([
    ['nowhere', /there is no folder/],
    ['a#nope', /no branch, tag or commit "nope"/],
    ['a#--help', /no branch, tag or commit "--help"/],
    ['ignored', /holds nothing as of commit/],
  ])('says why %s cannot be read', async (place, message) => {
    await using folder = await TemporaryFolder.create()
    await folder.init()
    await folder.write({ ...monorepoWorker('a/x', 'x-worker'), '.gitignore': 'ignored\n' })
    await folder.commit()
    await folder.write(monorepoWorker('ignored/y', 'y-worker'))
    await expect(compile(folder, place)).rejects.toMatchObject({
      code: 'catalog_unreadable',
      message: expect.stringMatching(message),
      next: expect.any(String),
    })
  })

  it('says that a repository without commits has none, and that a plain folder has no branches', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write(monorepoWorker('x', 'x-worker'))
    await expect(compile(folder, '.#main')).rejects.toMatchObject({ code: 'catalog_unreadable' })
    await folder.init()
    await expect(compile(folder)).rejects.toMatchObject({
      code: 'catalog_unreadable',
      message: expect.stringMatching(/no commits yet/),
    })
  })
})
