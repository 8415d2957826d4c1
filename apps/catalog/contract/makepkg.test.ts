import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CatalogEntry, licenseAnswerSchema } from '@rbee/schema'
import {
  aManifest,
  aReleaseInput,
  artifactOf,
  earlierScript,
  packedArchive,
  readAsEarlierClient,
  type TemporaryFolder,
} from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../src/entry/node.ts'
import { Builder, missingPrograms } from './makepkg/builder.ts'
import { openGate } from './makepkg/gate.ts'
import { GIT_URL, workerEntries, workersRepository } from './makepkg/workers.ts'
import { publish, sendArchive, syncEntries } from './sample-workers.ts'
import { expectJson, type Subject, send } from './subject.ts'

// Generated PKGBUILDs and the real makepkg, pacman, cargo, npm and git, with a real server on loopback between them.

const missing = missingPrograms([
  'makepkg',
  'pacman',
  'fakeroot',
  'bsdtar',
  'git',
  'cargo',
  'npm',
  'curl',
  'zstd',
])
const title = `PKGBUILDs from the server${missing.length === 0 ? '' : ` (skipped: no ${missing.join(', ')} here)`}`

describe.skipIf(missing.length > 0)(title, { timeout: 120_000 }, () => {
  let folder: string
  let repository: TemporaryFolder
  let server: RunningServer
  let subject: Subject
  let builder: Builder

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rbee-makepkg-'))
    const made = await workersRepository()
    repository = made.folder
    builder = await Builder.in(folder, { [GIT_URL]: repository.path })
    await builder.own(folder)
    await builder.own(repository.path)
    const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
    server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir: await mkdtemp(join(tmpdir(), 'rbee-catalog-')),
      operatorToken,
      log: { info: () => {}, error: console.error },
      clock: Date.now,
      randomBytes,
      rateLimits: null,
    })
    subject = {
      operatorToken,
      webhookSecret: '',
      queries: () => 0,
      fetch: (path, init) => fetch(server.url + path, init),
      close: () => server.close(),
    }
    const { rust, typescript } = workerEntries(made.commit)
    await syncEntries(subject, 'workers', [rust, typescript])
    await release(rust, { 'bin/rust-echo': '#!/bin/sh\necho "released $*"\n' })
    await release(typescript, {
      'bin/ts-echo': '#!/bin/sh\ncat "$(dirname "$0")/../lib/said"\n',
      'lib/said': 'released\n',
    })
  })
  afterAll(async () => {
    await server?.close()
    await repository?.[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })

  async function release(
    { manifest }: Pick<CatalogEntry, 'manifest'>,
    files: Record<string, string>,
  ): Promise<void> {
    const packed = await packedArchive({ ...files, LICENSE: 'The licence of a release' })
    await sendArchive(subject, subject.operatorToken, packed)
    const artifacts = [artifactOf([packed]), artifactOf([packed], { platform: 'linux-aarch64' })]
    await publish(subject, subject.operatorToken, aReleaseInput({ manifest, artifacts }))
  }

  async function pkgbuild(path: string): Promise<string> {
    const response = await subject.fetch(path)
    const text = await response.text()
    expect(response.status, text).toBe(200)
    return text
  }

  async function startFolder(text: string): Promise<string> {
    const start = await mkdtemp(join(folder, 'start-'))
    await writeFile(join(start, 'PKGBUILD'), text)
    await builder.own(start)
    return start
  }

  /** Builds a package, and installs it with pacman. @returns the root that it was installed in. */
  async function installed(text: string): Promise<string> {
    const start = await startFolder(text)
    const built = await builder.run('makepkg', ['--nodeps', '--noconfirm'], start)
    expect(built.exitCode, built.output).toBe(0)
    const file = (await readdir(start)).find((name) => name.endsWith('.pkg.tar.zst')) ?? ''
    const root = join(start, 'root')
    await mkdir(join(root, 'var/lib/pacman'), { recursive: true })
    await builder.own(root)
    const pacman = ['pacman', '--root', root, '--noconfirm', '-Udd', join(start, file)]
    const outcome = await builder.run('fakeroot', pacman, start)
    expect(outcome.exitCode, outcome.output).toBe(0)
    return root
  }

  /** Runs the program as if the root were the root: launchers name absolute paths. */
  async function said(root: string, program: string): Promise<string> {
    const path = join(root, 'usr/bin', program)
    const content = await readFile(path, 'latin1')
    if (content.includes('/usr/lib/rbee/')) {
      await writeFile(path, content.replace('/usr/lib/rbee/', `${root}/usr/lib/rbee/`))
    }
    const { output } = await builder.run(path, ['a b', 'c'], folder)
    return output
  }

  it('install what was released', async () => {
    const root = await installed(await pkgbuild('/v1/workers/rust-echo/pkgbuild?build=prod'))
    expect(await said(root, 'rust-echo')).toBe('released a b c\n')
    const licence = join(root, 'usr/share/licenses/rust-echo-bin/LICENSE')
    expect(await readFile(licence, 'utf8')).toBe('The licence of a release')
    expect((await stat(join(root, 'usr/bin/rust-echo'))).mode & 0o7777).toBe(0o755)
    const other = await installed(await pkgbuild('/pkgbuilds/arch/ts-echo-bin.PKGBUILD'))
    expect(await said(other, 'ts-echo')).toBe('released\n')
  })

  it("build Rust, with the variant's feature alone", async () => {
    const root = await installed(await pkgbuild('/workers/rust-echo/PKGBUILD/arch/dev'))
    expect(await said(root, 'rust-echo')).toBe('cpu a b|c\n')
    const licence = join(root, 'usr/share/licenses/rust-echo-git/LICENSE')
    expect(await readFile(licence, 'utf8')).toBe('The licence of all')
  })

  it('build TypeScript, with all that the program needs', async () => {
    const root = await installed(await pkgbuild('/v1/workers/ts-echo/pkgbuild?build=dev'))
    expect(await said(root, 'ts-echo')).toBe('cpu a b|c\n')
    expect(await readdir(join(root, 'usr/share/licenses/ts-echo-git'))).toEqual(['COPYING', 'LICENSE'])
  })

  it('have the .SRCINFO that makepkg writes', async () => {
    const start = await startFolder(await pkgbuild('/v1/workers/rust-echo/pkgbuild'))
    const { output } = await builder.run('makepkg', ['--printsrcinfo'], start)
    expect(await pkgbuild('/v1/workers/rust-echo/srcinfo')).toBe(output)
  })

  it('are refused by makepkg where one byte of the archive is wrong', async () => {
    await using gate = await openGate(server.url, { damage: true })
    const text = await pkgbuild('/v1/workers/rust-echo/pkgbuild?build=prod')
    const start = await startFolder(text.replaceAll(server.url, gate.url))
    const { exitCode, output } = await builder.run('makepkg', ['--nodeps'], start)
    expect(exitCode).not.toBe(0)
    expect(output).toContain('did not pass the validity check')
    expect(gate.seen).toHaveLength(1)
  })

  it.each([
    ['rust-echo', 'cpu a b|c\n'],
    ['ts-echo', 'cpu a b|c\n'],
  ])('are read and run by clients of earlier catalogs: %s', async (id, expected) => {
    const earlier = readAsEarlierClient(await pkgbuild(`/workers/${id}/PKGBUILD`))
    const [source = ''] = earlier.arrays.get('source') ?? []
    const [, url = '', commit = ''] = /^git\+(.*)#commit=(.*)$/.exec(source) ?? []
    const start = await startFolder('')
    const [srcdir, pkgdir] = [join(start, 'src'), join(start, 'pkg')]
    const checkout = ['-c', 'advice.detachedHead=false', 'clone', '-q', url, join(srcdir, 'workers')]
    for (const [program, args, cwd] of [
      ['git', checkout, start],
      ['git', ['checkout', '-q', commit], join(srcdir, 'workers')],
      ['bash', ['-c', earlierScript(earlier, earlier.build, { srcdir, pkgdir })], start],
      ['bash', ['-c', earlierScript(earlier, earlier.package, { srcdir, pkgdir })], start],
    ] as const) {
      const { exitCode, output } = await builder.run(program, args, cwd)
      expect(exitCode, output).toBe(0)
    }
    const program = join(pkgdir, 'usr/local/bin', earlier.pkgname)
    expect((await builder.run(program, ['a b', 'c'], start)).output).toBe(expected)
  })

  describe('of a worker that has a price', () => {
    let key: string

    beforeAll(async () => {
      await release(
        {
          manifest: aManifest({
            id: 'paid-echo',
            pricing: { model: 'subscription', purchase_url: "https://buy.example/it's" },
            platforms: { linux: ['x86_64', 'aarch64'] },
          }),
        },
        { 'bin/paid-echo': '#!/bin/sh\necho paid\n' },
      )
      const licence = { workers: ['paid-echo'], customer: 'Ada' }
      const issued = await send(subject, 'POST', '/v1/licenses', {
        token: subject.operatorToken,
        json: licence,
      })
      key = (await expectJson(issued, 201, licenseAnswerSchema)).token
    })

    it.each(['RBEE_LICENSE_KEY', 'RBEE_LICENSE_TOKEN'])(
      'send the key of %s as a header, and show it to nobody',
      async (variable) => {
        await using gate = await openGate(server.url, { authorization: `Bearer ${key}` })
        const text = await pkgbuild('/v1/workers/paid-echo/pkgbuild')
        const start = await startFolder(text.replaceAll(server.url, gate.url))
        const { exitCode, output } = await builder.run('makepkg', ['--nodeps', '--verifysource'], start, {
          [variable]: key,
        })
        expect(exitCode, output).toBe(0)
        expect(gate.seen).toEqual([`Bearer ${key}`])
        expect(output).not.toContain(key)
        expect(gate.commandLines.some((line) => line.includes('curl'))).toBe(true)
        expect(gate.commandLines.filter((line) => line.includes(key))).toEqual([])
      },
    )

    it.each<Record<string, string>>([
      {},
      { RBEE_LICENSE_KEY: 'a"\nurl = "http://evil.example' },
      { RBEE_LICENSE_KEY: '$(touch x)' },
    ])('end without a key that can be one: %j', async (env) => {
      const start = await startFolder(await pkgbuild('/v1/workers/paid-echo/pkgbuild'))
      const { exitCode, output } = await builder.run('makepkg', ['--nodeps', '--verifysource'], start, env)
      expect(exitCode).not.toBe(0)
      expect(output).toContain(
        "paid-echo needs a licence key in RBEE_LICENSE_KEY; get one at https://buy.example/it's",
      )
      expect(output).not.toContain('ownloading')
      expect(await readdir(start)).not.toContain('x')
    })
  })
})
