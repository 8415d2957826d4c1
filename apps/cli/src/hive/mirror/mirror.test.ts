import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { workerIdSchema } from '@rbee/schema'
import { aCatalogEntry, aKeyChange, aManifest, anOperator, aPublisherSigner, freePort } from '@rbee/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program as catalogProgram } from '../../commands/rbee-catalog/index.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { runProgram } from '../../program/run.ts'
import { type LyingWorld, lyingWorld } from '../trust/testing/lying-world.ts'
import { isImmutable, mirrorPath } from './mirror-path.ts'

const ID = workerIdSchema.parse('echo-worker')
let world: LyingWorld
let mirrors = 0
let name: string

beforeAll(async () => {
  world = await lyingWorld()
  const publisher = aPublisherSigner(1)
  const bound = aKeyChange(ID, [], 'bound', publisher, [publisher])
  await world.publish(ID, '1.0.0')
  await world.catalog.registry.changeKeys(anOperator(), ID, bound)
  await world.publish(ID, '1.1.0', publisher)
  await world.publish('other-worker', '1.0.0')
  await world.catalog.describe([
    aCatalogEntry({ manifest: aManifest({ id: 'source-worker', name: 'source-worker' }), version: '1.0.0' }),
  ])
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())
beforeEach(() => {
  mirrors += 1
  name = `mirror-${mirrors}`
})

const folder = () => join(world.folder, name)
const sync = async (registry = world.catalog.url, ...workers: string[]) => {
  const ended = await world
    .machine()
    .hive(['mirror', 'sync', name, ...workers, '--registry', registry, '--json'])
  const result = ended.exitCode === 0 ? (JSON.parse(ended.stdout) as Record<string, unknown>) : null
  return { ...ended, result }
}

/** Files as they lie there, and the index.html of folders: what every web server does. */
async function staticServer(root: string) {
  const asked: string[] = []
  const server: Server = createServer(async (request, response) => {
    const path = join(root, normalize(decodeURIComponent((request.url ?? '').replace(/\?.*/, ''))))
    asked.push(request.url ?? '')
    const found = await stat(path).catch(() => null)
    if (found?.isDirectory() && !request.url?.endsWith('/')) {
      return void response.writeHead(301, { location: `${request.url}/` }).end()
    }
    const file = found?.isDirectory() ? join(path, 'index.html') : path
    const bytes = await readFile(file).catch(() => null)
    const type = extname(file) === '.html' ? 'text/html' : 'application/octet-stream'
    if (bytes === null)
      return void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404</h1>')
    return void response.writeHead(200, { 'content-type': type }).end(bytes)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Serves a folder with nothing said of how: types, caching, and what is answered for folders are its own. */
async function nginx(root: string, own: string) {
  const port = await freePort()
  await mkdir(own)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${own};`)
    .join('\n')
  // Which user it runs as, where it writes and what it listens to is up to this test.
  const file = join(own, 'nginx.conf')
  await writeFile(
    file,
    `${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off; pid ${own}/pid; error_log ${own}/error.log;
events {}
http { access_log off; ${temporary}
  server { listen 127.0.0.1:${port}; root ${root}; } }
`,
  )
  const server = spawn('nginx', ['-c', file, '-p', own, '-e', `${own}/error.log`], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  const status = () =>
    fetch(url).then(
      (answer) => answer.status,
      () => 0,
    )
  // It lists no folders.
  await expect.poll(status, { timeout: 10_000 }).toBe(403)
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.kill()
      await once(server, 'close')
    },
  }
}

/** A registry that has only what its clients send to it: all else is asked of the mirror. */
async function installFrom(mirror: string, worker: string) {
  const machine = world.machine()
  const asked: string[] = []
  const registry = world.proxy.registry((path, _answer, response) => {
    // What may not run is asked of the registry first of all.
    if (!path.startsWith('/v1/tuf/') && path !== '/v1/revocations') asked.push(path)
    response.destroy()
    return 'answered'
  })
  const ended = await machine.install(registry, worker, '--mirror', mirror, '--now')
  return { ...ended, machine, asked }
}

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe('mirror sync', () => {
  it('makes a folder that a plain web server serves, from which everything is installed and verified', async () => {
    expect((await sync()).result).toMatchObject({
      ...{ workers: 3, releases: 4, removed: 0 },
      archives: { downloaded: expect.any(Number), unchanged: 0 },
    })
    await using server = await staticServer(folder())
    for (const worker of [ID, 'other-worker', `${ID}@1.0.0`, `${ID}-cpu`]) {
      const { code, stderr, asked } = await installFrom(server.url, worker)
      expect({ code, asked }, stderr).toEqual({ code: 'done', asked: [] })
    }
    expect(server.asked.filter((path) => path.startsWith('/v1/blobs/'))).toHaveLength(4)
  })

  it('serves with the web server that Python has', async (ctx) => {
    if (spawnSync('python3', ['--version']).status !== 0) ctx.skip('needs python3')
    await sync()
    const port = await freePort()
    const args = ['-m', 'http.server', String(port), '--bind', '127.0.0.1', '--directory', folder()]
    const server: ChildProcess = spawn('python3', args, { stdio: 'ignore' })
    try {
      const url = `http://127.0.0.1:${port}`
      await expect
        .poll(
          () =>
            fetch(url).then(
              ({ status }) => status,
              () => 0,
            ),
          { timeout: 10_000 },
        )
        .toBe(200)
      const { code, stderr, asked } = await installFrom(url, ID)
      expect({ code, asked }, stderr).toEqual({ code: 'done', asked: [] })
    } finally {
      server.kill()
      await once(server, 'close')
    }
  })

  it('serves with nginx, as that is installed', async (ctx) => {
    if (spawnSync('nginx', ['-v']).status !== 0) ctx.skip('needs nginx')
    await sync()
    await using server = await nginx(folder(), join(world.folder, `nginx-${name}`))
    const { code, stderr, asked } = await installFrom(server.url, ID)
    expect({ code, asked }, stderr).toEqual({ code: 'done', asked: [] })
  })

  it('holds the whole log, against which the releases in it are verified', async () => {
    await sync(world.catalog.url, ID)
    await using server = await staticServer(folder())
    const verify = async () => {
      let stdout = ''
      const exitCode = await runProgram(catalogProgram, {
        // The registry is away.
        argv: ['log', 'verify', 'http://127.0.0.1:9', '--mirror', server.url, '--json'],
        program: ['rbee-catalog'],
        env: {},
        cwd: world.folder,
        stdout: { write: (text) => (stdout += text) },
        stderr: { write: () => {}, isTTY: false, columns: () => 80 },
        clock: Date.now,
        version: '0.0.0',
        signal: new AbortController().signal,
      })
      return { exitCode, result: JSON.parse(stdout) as { findings?: { code: string }[] } }
    }
    expect(await verify()).toMatchObject({ exitCode: EXIT.done, result: { ok: true, findings: [] } })
    const release = join(folder(), 'v1/workers', ID, '1.0.0/index.html')
    const text = await readFile(release, 'utf8')
    await writeFile(release, text.replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${'a'.repeat(64)}`))
    const { exitCode, result } = await verify()
    expect(exitCode).toBe(EXIT.refused)
    expect(result.findings).toMatchObject([{ code: 'log_release_altered', worker: ID, version: '1.0.0' }])
  })

  it('fetches nothing twice that is there, and all that is new', async () => {
    await sync()
    const asked: string[] = []
    const registry = world.proxy.registry((path, answer) => {
      asked.push(path)
      return answer
    })
    // Of another address: its documents are the same.
    expect((await sync(registry)).result).toMatchObject({ archives: { downloaded: 0, bytes: 0 } })
    expect(asked.filter((path) => path.startsWith('/v1/blobs/') || path.startsWith('/v1/log/tile/'))).toEqual(
      [],
    )
    await world.publish('other-worker', '1.1.0')
    expect((await sync()).result).toMatchObject({ releases: 5, archives: { downloaded: expect.any(Number) } })
    await using server = await staticServer(folder())
    const { machine } = await installFrom(server.url, 'other-worker')
    expect(await machine.active('other-worker')).toMatchObject({ version: '1.1.0' })
  })

  it('goes on with an archive that was interrupted, and writes none that is not what is signed', async () => {
    await sync()
    const [blob = ''] = (await filesOf(join(folder(), 'v1/blobs'))).toSorted()
    const whole = await readFile(blob)
    await rm(blob)
    const partial = join(folder(), '.partial', blob.split('/').at(-1) ?? '')
    await writeFile(partial, whole.subarray(0, 50))
    expect((await sync()).result).toMatchObject({ archives: { downloaded: 1, bytes: whole.length - 50 } })
    expect(await readFile(blob)).toEqual(whole)
    await rm(blob)
    await writeFile(partial, Buffer.alloc(50))
    expect(await sync()).toMatchObject({ code: 'digest_mismatch', exitCode: EXIT.refused })
    expect((await sync()).result).toMatchObject({ archives: { downloaded: 1, bytes: whole.length } })
    await truncate(blob, 10)
    expect((await sync()).result).toMatchObject({ archives: { downloaded: 1 } })
  })

  it('shows nothing new when it breaks off', async () => {
    await sync()
    const timestamp = await readFile(join(folder(), 'v1/tuf/timestamp.json'))
    await world.publish('later-worker', '1.0.0')
    const breaking = world.proxy.registry((path, answer) =>
      path === '/v1/workers/later-worker/1.0.0' ? { ...answer, body: Buffer.from('{}') } : answer,
    )
    expect(await sync(breaking)).toMatchObject({ exitCode: EXIT.refused, code: 'document_altered' })
    expect(await readFile(join(folder(), 'v1/tuf/timestamp.json'))).toEqual(timestamp)
    await using server = await staticServer(folder())
    expect((await installFrom(server.url, ID)).code).toBe('done')
  })

  it('is of one moment of a registry that changes while it is read', async () => {
    let asked = 0
    const changing = world.proxy.registry((path, answer) => {
      if (path !== '/v1/workers/other-worker') return answer
      asked += 1
      return asked > 2 ? answer : { ...answer, body: Buffer.from(`${answer.body} `) }
    })
    const { exitCode, stderr, result } = await sync(changing)
    expect(exitCode, stderr).toBe(0)
    expect(asked).toBe(3)
    expect(stderr).toContain('it is read again')
    // Nothing is counted twice.
    const again = (await sync()).result as { archives: { unchanged: number } }
    expect(result).toMatchObject({ archives: { downloaded: again.archives.unchanged, unchanged: 0 } })
    await using server = await staticServer(folder())
    expect((await installFrom(server.url, 'other-worker')).code).toBe('done')
  })

  it('mirrors some workers, and removes the others after the grace time', async () => {
    await sync()
    const before = (await filesOf(join(folder(), 'v1'))).length
    expect((await sync(world.catalog.url, ID)).result).toMatchObject({ workers: 1, removed: 0 })
    const args = ['mirror', 'sync', name, ID, '--registry', world.catalog.url, '--grace', '0', '--json']
    const ended = await world.machine().hive(args)
    const { removed } = JSON.parse(ended.stdout) as { removed: number }
    expect(removed).toBeGreaterThan(3)
    expect(await filesOf(join(folder(), 'v1'))).toHaveLength(before - removed)
    await using server = await staticServer(folder())
    expect((await installFrom(server.url, ID)).code).toBe('done')
    expect((await installFrom(server.url, 'other-worker')).code).not.toBe('done')
    expect(await sync(world.catalog.url, 'no-such-worker')).toMatchObject({ code: 'worker_not_found' })
  })
})

describe('mirrorPath', () => {
  it.each([
    ['/v1/workers/a', '/m/v1/workers/a/index.html'],
    ['/v1/workers/a/1.0.0%2Bx', '/m/v1/workers/a/1.0.0+x/index.html'],
    ['/v1/workers/a/latest', '/m/v1/workers/a/latest'],
    ['/v1/workers/a/1.0.0/log', '/m/v1/workers/a/1.0.0/log'],
    ['/v1/log/tile/0/x001/067.p/8', '/m/v1/log/tile/0/x001/067.p/8'],
  ])('of %s is %s', (address, path) => expect(mirrorPath('/m', address)).toBe(path))

  it.each(['/v1/../x', '/v1/%2e%2e/x', '/v1/a%2fb', '/v1//x', '/v2/x', '/v1/%zz', '/v1/a\0b', ''])(
    'of %j is none',
    (address) => expect(mirrorPath('/m', address)).toBeNull(),
  )

  it('knows what never changes', () => {
    expect(isImmutable('/v1/tuf/timestamp.json')).toBe(false)
    expect(isImmutable('/v1/tuf/1.root.json')).toBe(true)
    expect(isImmutable('/v1/log/checkpoint')).toBe(false)
  })
})
