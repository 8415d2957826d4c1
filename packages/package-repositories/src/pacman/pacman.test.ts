import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { openRepositories } from '../repositories.ts'
import { type SampleRegistry, sampleRegistry } from '../testing/sample-registry.ts'
import { serveFolder } from '../testing/served-folder.ts'
import { hasTools, type Ran, runTool } from '../testing/tools.ts'

const HAS_PACMAN = hasTools('pacman', 'repo-add', 'bsdtar')
const WITHOUT = HAS_PACMAN ? '' : ' (skipped: needs pacman-package-manager and libarchive-tools)'

/** A machine of its own with the repository in its pacman.conf. */
async function aMachine(folder: TemporaryFolder, server: string) {
  const root = join(folder.path, 'machine')
  const database = join(root, 'var/lib/pacman')
  await mkdir(database, { recursive: true })
  await mkdir(join(root, 'var/cache'), { recursive: true })
  const config = join(folder.path, 'pacman.conf')
  await writeFile(
    config,
    `[options]\nArchitecture = x86_64\nSigLevel = Never\n[rbee]\nServer = ${server}/arch/$arch\n`,
  )
  const options = ['--config', config, '--root', root, '--dbpath', database, '--noconfirm']
  return {
    root,
    pacman: (...args: readonly string[]): Promise<Ran> =>
      runTool('pacman', [
        ...args,
        ...options,
        '--cachedir',
        join(root, 'var/cache'),
        '--logfile',
        join(root, 'var/pacman.log'),
        // The hooks of this machine are not those of the other one.
        '--hookdir',
        join(root, 'hooks'),
      ]),
  }
}

function build(registry: SampleRegistry, folder: TemporaryFolder) {
  return openRepositories({
    source: registry,
    folder: join(folder.path, 'repository'),
    clock: () => Date.UTC(2026, 5, 1),
  }).update()
}

const expectDone = ({ code, output }: Ran) => expect({ code, output }).toMatchObject({ code: 0 })

describe.skipIf(!HAS_PACMAN)(`pacman${WITHOUT}`, () => {
  it('synchronises, installs, runs, checks, upgrades and removes', async () => {
    await using folder = await TemporaryFolder.create()
    const registry = sampleRegistry()
    await registry.publish({
      id: 'echo-worker',
      systemDependencies: ['libgomp.so.1', 'an odd; name'],
      files: { 'share/a b#c=é.txt': 'odd name\n', 'README.md': '# Echo\n' },
    })
    expect(await build(registry, folder)).toMatchObject({ packages: 1, packages_made: 1, left_out: [] })
    await using server = await serveFolder(join(folder.path, 'repository'))
    const machine = await aMachine(folder, server.url)
    expectDone(await machine.pacman('-Sy'))
    expect((await machine.pacman('-Si', 'echo-worker-cpu-bin')).output).toMatch(/Says it again/)
    expectDone(await machine.pacman('-S', 'echo-worker'))
    expect(await readFile(join(machine.root, 'usr/bin/echo-worker'), 'utf8')).toBe(
      '#!/bin/sh\nexec /usr/lib/rbee/echo-worker/bin/echo-worker "$@"\n',
    )
    const program = join(machine.root, 'usr/lib/rbee/echo-worker/bin/echo-worker')
    expect(await runTool(program, ['--x'])).toEqual({ code: 0, output: 'echo-worker 0.1.0 --x\n' })
    const check = await machine.pacman('-Qkk', 'echo-worker-cpu-bin')
    expect(check.output).toMatch(/\b0 altered files/)
    expectDone(check)
    expect((await machine.pacman('-Ql', 'echo-worker-cpu-bin')).output).toContain(
      'usr/share/licenses/echo-worker-cpu-bin/LICENSE',
    )
    expectDone(await machine.pacman('-Fy'))
    expect((await machine.pacman('-F', 'usr/bin/echo-worker')).output).toContain('echo-worker-cpu-bin')

    await registry.publish({ id: 'echo-worker', version: '0.10.0' })
    await build(registry, folder)
    expectDone(await machine.pacman('-Syu'))
    expect((await runTool(program, [])).output).toBe('echo-worker 0.10.0 \n')
    expectDone(await machine.pacman('-R', 'echo-worker-cpu-bin'))
    expect(await readdir(join(machine.root, 'usr')).catch(() => [])).toEqual([])
  })

  it('takes one variant of a worker at a time', async () => {
    await using folder = await TemporaryFolder.create()
    const registry = sampleRegistry()
    await registry.publish({ id: 'echo-worker', variants: ['cpu', 'cuda'] })
    await build(registry, folder)
    await using server = await serveFolder(join(folder.path, 'repository'))
    const machine = await aMachine(folder, server.url)
    expectDone(await machine.pacman('-Sy', 'echo-worker-bin'))
    expect((await machine.pacman('-Q')).output).toBe('echo-worker-cpu-bin 0.1.0-1\n')
    expect((await machine.pacman('-S', 'echo-worker-cuda-bin')).output).toMatch(/conflict/)
  })

  it('refuses a package with a wrong byte', async () => {
    await using folder = await TemporaryFolder.create()
    const registry = sampleRegistry()
    await registry.publish({ id: 'echo-worker' })
    await build(registry, folder)
    const path = join(folder.path, 'repository/arch/x86_64/echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst')
    const bytes = await readFile(path)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
    await writeFile(path, bytes)
    await using server = await serveFolder(join(folder.path, 'repository'))
    const machine = await aMachine(folder, server.url)
    const ran = await machine.pacman('-Sy', 'echo-worker')
    expect(ran.output).toMatch(/invalid or corrupted package \(checksum\)/)
    expect(ran.code).toBe(1)
    expect((await machine.pacman('-Q')).output).toBe('')
  })

  it('reads the same in our database as in that of repo-add', async () => {
    await using folder = await TemporaryFolder.create()
    const registry = sampleRegistry()
    const hostile = 'A "$(touch /x)" `b` %NAME%\n%FILENAME%\n../../etc/passwd\n\n\u202Etxt'
    await registry.publish({
      id: 'echo-worker',
      license: 'MIT OR Apache-2.0',
      systemDependencies: ['ffmpeg'],
    })
    await registry.publish({ id: 'other-worker', description: hostile, version: '2.0.0+build.1' })
    await build(registry, folder)
    const arch = join(folder.path, 'repository/arch/x86_64')
    const packages = (await readdir(arch))
      .filter((name) => name.endsWith('.zst'))
      .map((name) => join(arch, name))
    await mkdir(join(folder.path, 'reference'))
    expectDone(await runTool('repo-add', [join(folder.path, 'reference/rbee.db.tar.gz'), ...packages]))
    const ours = await databaseOf(join(arch, 'rbee.files'))
    const theirs = await databaseOf(join(folder.path, 'reference/rbee.files.tar.gz'))
    expect(Object.keys(ours)).toEqual(Object.keys(theirs))
    for (const [name, text] of Object.entries(theirs))
      expect(comparable(ours[name])).toEqual(comparable(text))
    expect(ours['other-worker-cpu-bin-2.0.0+build.1-1/desc']).toContain(
      '%DESC%\nA "$(touch /x)" `b` %NAME% %FILENAME% ../../etc/passwd txt\n\n',
    )
  })
})

/** Every file of a database by its name. */
async function databaseOf(path: string): Promise<Record<string, string>> {
  const listed = await runTool('bsdtar', ['-tf', path])
  const names = listed.output.split('\n').filter((name) => name !== '' && !name.endsWith('/'))
  const files: [string, string][] = []
  for (const name of names.toSorted())
    files.push([name, (await runTool('bsdtar', ['-xOf', path, name])).output])
  return Object.fromEntries(files)
}

/** The sections of a file; those that differ on purpose are left out: our packages do not hold what may change later. */
function comparable(text = ''): string[] {
  const parts = text.trimEnd().split('\n\n')
  return parts.filter((part) => !/^%(?:MD5SUM|DESC|URL)%/.test(part))
}

const ECHO = 'echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst'

describe('a repository', () => {
  it('is the same, whoever builds it and when', async () => {
    await using folder = await TemporaryFolder.create()
    await using other = await TemporaryFolder.create()
    const registry = sampleRegistry()
    for (const id of ['b-worker', 'a-worker', 'c-worker']) await registry.publish({ id })
    await build(registry, folder)
    await openRepositories({
      source: registry,
      folder: join(other.path, 'repository'),
      clock: () => Date.UTC(2027, 0, 1),
    }).update()
    const arch = join(folder.path, 'repository/arch/x86_64')
    const names = await readdir(arch)
    expect(names).toHaveLength(5)
    for (const name of names) {
      const same = await readFile(join(other.path, 'repository/arch/x86_64', name))
      expect(same.equals(await readFile(join(arch, name)))).toBe(true)
    }
  })

  it('is left alone when nothing changed', async () => {
    await using folder = await TemporaryFolder.create()
    const registry = sampleRegistry()
    await registry.publish({ id: 'echo-worker' })
    await build(registry, folder)
    const path = join(folder.path, 'repository/arch/x86_64/rbee.db')
    const before = await stat(path)
    registry.fetched.length = 0
    expect(await build(registry, folder)).toMatchObject({ packages: 1, packages_made: 0 })
    expect(registry.fetched).toEqual([])
    expect((await stat(path)).ino).toBe(before.ino)
    await registry.publish({ id: 'echo-worker', description: 'Something else' })
    await build(registry, folder)
    // Clients ask in whole seconds whether a file is newer.
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs + 1000)
    expect(registry.fetched).toEqual([])
  })

  it('loses what was withdrawn, and keeps the release before it', async () => {
    await using folder = await TemporaryFolder.create()
    const registry = sampleRegistry()
    await registry.publish({ id: 'echo-worker' })
    await registry.publish({ id: 'echo-worker', version: '0.2.0' })
    await registry.publish({ id: 'other-worker' })
    await build(registry, folder)
    registry.revise('echo-worker', (release) => {
      release.quarantined = 'malware'
    })
    registry.remove('other-worker')
    expect(await build(registry, folder)).toMatchObject({ packages: 1, packages_made: 1 })
    expect((await readdir(join(folder.path, 'repository/arch/x86_64'))).toSorted()).toEqual([
      'echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst',
      'rbee.db',
      'rbee.files',
    ])
    expect(await readdir(join(folder.path, 'repository/.rbee/packages/x86_64'))).toHaveLength(1)
  })

  it.each<[string, (path: string) => Promise<void>]>([
    [
      'record is damaged',
      (path) => writeFile(join(path, '.rbee/packages/x86_64', `${ECHO}.json`), '{"origin":'),
    ],
    ['record is gone', (path) => rm(join(path, '.rbee'), { recursive: true })],
    ['file is cut off', (path) => writeFile(join(path, 'arch/x86_64', ECHO), 'short')],
    ['file is gone', (path) => rm(join(path, 'arch/x86_64', ECHO))],
  ])('makes a package again whose %s', async (_what, harm) => {
    await using folder = await TemporaryFolder.create()
    const registry = sampleRegistry()
    await registry.publish({ id: 'echo-worker' })
    await build(registry, folder)
    const path = join(folder.path, 'repository')
    const before = await readFile(join(path, 'arch/x86_64', ECHO))
    await harm(path)
    expect(await build(registry, folder)).toMatchObject({ packages: 1, packages_made: 1 })
    expect((await readFile(join(path, 'arch/x86_64', ECHO))).equals(before)).toBe(true)
  })
})
