import { execFile, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type RunningServer, startServer } from '@rbee/catalog/node'
import type { Platform } from '@rbee/schema'
import {
  aManifest,
  anOperator,
  aReleaseInput,
  artifactOf,
  freePort,
  packedArchive,
  sendArchive,
} from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { program } from '../hive/e2e/catalog.ts'
import { type RepositoriesWanted, serveRepositories } from './served-repositories.ts'

/** Packages take longer on a busy machine. */
const PATIENCE = { timeout: 15_000 }
const HAS_PACMAN = spawnSync('pacman', ['--version']).error === undefined
const run = promisify(execFile)

const PUBLIC_URL = 'https://catalog.example'
/** Where a server listens, whatever it calls itself. */
let url = ''
let folder = ''
let server: RunningServer
let told: string[] = []
/** Such as `200 /arch/x86_64/rbee.db`. */
let answers: string[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-served-'))
  told = []
  answers = []
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

async function startWith(wanted: Exclude<RepositoriesWanted, 'off'> = 'asked'): Promise<void> {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  const log = { info: (_fields: object, text: string) => void told.push(text), error: console.error }
  server = await startServer({
    host: '127.0.0.1',
    port,
    publicUrl: PUBLIC_URL,
    dataDir: join(folder, 'data'),
    log,
    clock: Date.now,
    randomBytes,
    onAnswered: ({ status, path }) => answers.push(`${status} ${path}`),
    packageRepositories: (reader, publicUrl) =>
      serveRepositories(
        { reader, url: publicUrl, clock: Date.now, log },
        { wanted, folder: join(folder, 'data/package-repositories'), pauseAfterChangeMs: 100 },
      ),
  })
}

async function publish(id: string, version = '0.1.0'): Promise<void> {
  const platforms = ['linux-x86_64', 'macos-aarch64'] satisfies Platform[]
  const archive = await packedArchive(program(id, `echo ${id} ${version}`), 'tar.gz')
  await sendArchive(server.registry, anOperator(), archive)
  const manifest = aManifest({
    id,
    binary_name: id,
    build: { features: ['cpu'], default_feature: 'cpu' },
    platforms: { linux: ['x86_64'], macos: ['aarch64'] },
  })
  const artifacts = platforms.map((platform) => artifactOf([archive], { platform, variant: 'cpu' }))
  await server.registry.publishRelease(
    anOperator(),
    manifest.id,
    aReleaseInput({ manifest, version, artifacts }),
  )
}

const UP_TO_DATE = 'the package repositories are up to date'
const updates = () => told.filter((text) => text === UP_TO_DATE).length
const get = (path: string, headers: Record<string, string> = {}) => fetch(url + path, { headers })
const DATABASE = '/arch/x86_64/rbee.db'

describe('a server', () => {
  it('makes repositories when they are first asked for, and keeps them up to date from then on', async () => {
    await startWith()
    await publish('echo-worker')
    expect(await readdir(join(folder, 'data'))).not.toContain('package-repositories')
    const clone = join(folder, 'clone')
    await run('git', ['clone', '-q', `${url}/homebrew/tap.git`, clone])
    expect(await readdir(join(clone, 'Formula'))).toEqual(['echo-worker.rb'])
    const formula = await readFile(join(clone, 'Formula/echo-worker.rb'), 'utf8')
    expect(formula).toContain(`${PUBLIC_URL}/v1/blobs/sha256/`)

    await publish('next-worker')
    await expect.poll(updates, PATIENCE).toBe(2)
    await run('git', ['-C', clone, 'pull', '-q', '--ff-only'])
    expect(await readdir(join(clone, 'Formula'))).toEqual(['echo-worker.rb', 'next-worker.rb'])
    await run('git', ['-C', clone, 'fsck', '--strict'])

    await server.close()
    await startWith()
    await run('git', ['-C', clone, 'remote', 'set-url', 'origin', `${url}/homebrew/tap.git`])
    await expect.poll(updates, PATIENCE).toBe(3)
    await publish('echo-worker', '0.2.0')
    await expect.poll(updates, PATIENCE).toBe(4)
    const { stdout } = await run('git', ['-C', clone, 'pull', '-q', '--ff-only']).then(() =>
      run('git', ['-C', clone, 'log', '--format=%s']),
    )
    expect(stdout).toBe('echo-worker 0.2.0\nnext-worker 0.1.0\necho-worker 0.1.0\n')
  })

  it('makes them from its start where that is wanted', async () => {
    await startWith('always')
    await expect.poll(updates, PATIENCE).toBe(1)
  })

  it('answers files as package managers ask for them', async () => {
    await startWith()
    await publish('echo-worker')
    const whole = await get(DATABASE)
    expect(whole.status).toBe(200)
    const bytes = Buffer.from(await whole.arrayBuffer())
    const modified = whole.headers.get('last-modified') ?? ''
    const etag = whole.headers.get('etag') ?? ''
    expect(whole.headers.get('cache-control')).toBe('no-cache')
    expect((await get(DATABASE, { 'if-modified-since': modified })).status).toBe(304)
    expect((await get(DATABASE, { 'if-none-match': etag })).status).toBe(304)
    const part = await get(DATABASE, { range: 'bytes=2-5', 'if-range': modified })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe(`bytes 2-5/${bytes.length}`)
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(2, 6))
    expect((await get(DATABASE, { range: 'bytes=9999999-' })).status).toBe(416)
    const old = 'Thu, 01 Jan 1970 00:00:00 GMT'
    expect((await get(DATABASE, { range: 'bytes=2-5', 'if-range': old })).status).toBe(200)
    const head = await fetch(url + DATABASE, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(bytes.length)])

    await publish('next-worker')
    await expect.poll(updates, PATIENCE).toBe(2)
    expect((await get(DATABASE, { 'if-modified-since': modified })).status).toBe(200)
    const pack = await get('/arch/x86_64/echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst')
    expect(pack.headers.get('cache-control')).toBe('public, max-age=3600')
    await pack.arrayBuffer()
  })

  it('counts a package as a download of the worker, once for each client', async () => {
    await startWith()
    await publish('echo-worker')
    expect((await get(DATABASE)).status).toBe(200)
    const path = '/arch/x86_64/echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst'
    const counted = async (): Promise<unknown> => (await get('/v1/workers/echo-worker/stats')).json()
    await fetch(url + path, { method: 'HEAD' })
    await (await get(path, { range: 'bytes=5-9' })).arrayBuffer()
    await (await get(path, { range: 'bytes=0-4' })).arrayBuffer()
    await (await get(path)).arrayBuffer()
    await expect.poll(counted, PATIENCE).toMatchObject({ downloads: 1 })
  })

  it.each([
    `${DATABASE}.sig`,
    '/arch/x86_64/other.db',
    '/arch/sparc/rbee.db',
    '/arch/x86_64/..%2f..%2f.rbee%2flock',
    '/arch/x86_64/nobody-bin-0.1.0-1-x86_64.pkg.tar.zst',
    '/homebrew/tap.git/config',
    '/homebrew/tap.git/objects/pack/..%2f..%2fconfig',
    `/homebrew/tap.git/objects/pack/pack-${'0'.repeat(40)}.pack`,
  ])('has nothing at %s', async (path) => {
    await startWith()
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'not_found' })
  })

  it.skipIf(!HAS_PACMAN)(
    `serves pacman${HAS_PACMAN ? '' : ' (skipped: needs pacman-package-manager)'}`,
    async () => {
      await startWith()
      const root = join(folder, 'machine')
      for (const part of ['db', 'cache']) await mkdir(join(root, part), { recursive: true })
      const config = join(folder, 'pacman.conf')
      await writeFile(
        config,
        `[options]\nArchitecture = x86_64\n[rbee]\nSigLevel = Never\nServer = ${url}/arch/$arch\n`,
      )
      const own = ['--config', config, '--root', root, '--dbpath', join(root, 'db'), '--hookdir', root]
      const files = ['--cachedir', join(root, 'cache'), '--logfile', join(root, 'log'), '--noconfirm']
      const pacman = async (...args: readonly string[]) =>
        (await run('pacman', [...args, ...own, ...files], { env: { ...process.env, LC_ALL: 'C.UTF-8' } }))
          .stdout

      await pacman('-Sy')
      expect(await pacman('-Sl')).toBe('')
      await publish('echo-worker')
      await expect.poll(updates, PATIENCE).toBe(2)
      await pacman('-Sy', 'echo-worker')
      expect((await run(join(root, 'usr/lib/rbee/echo-worker/bin/echo-worker'))).stdout).toBe(
        'echo-worker 0.1.0\n',
      )
      await pacman('-Sy')
      expect(answers.filter((answer) => answer.endsWith(DATABASE))).toEqual([
        `200 ${DATABASE}`,
        `200 ${DATABASE}`,
        `304 ${DATABASE}`,
      ])
      await publish('echo-worker', '0.2.0')
      await expect.poll(updates, PATIENCE).toBe(3)
      await pacman('-Syu')
      expect(await pacman('-Q')).toBe('echo-worker-cpu-bin 0.2.0-1\n')
    },
  )
})
