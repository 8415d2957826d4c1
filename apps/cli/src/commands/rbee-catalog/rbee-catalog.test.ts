import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { manifestText, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogFolder, endPrograms, idsOf, run, serve } from './testing/program.ts'

afterEach(endPrograms)

interface Status {
  readonly catalogs: readonly {
    readonly catalog: string
    readonly commit: string | null
    readonly accepted: readonly { readonly id: string; readonly version: string }[]
    readonly refused: readonly {
      readonly code: string
      readonly path: string
      readonly line: number | null
    }[]
  }[]
}

async function operatorToken(folder: TemporaryFolder): Promise<string> {
  const { stdout } = await run(folder.path, ['token', 'create', '--scope', 'operator', '--data-dir', 'data'])
  return stdout.trim()
}

describe('rbee-catalog serve', () => {
  it('serves what the catalogs hold, names what is refused, and ends orderly', async () => {
    await using folder = await catalogFolder()
    await folder.write({
      'catalog/broken/worker.toml': `${manifestText('broken')}x =\n`,
      'catalog/broken/package.json': '{}',
    })
    const commit = await folder.commit()
    await using server = await serve(folder.path, ['--catalog', 'catalog', '--catalog', 'nowhere'])
    expect(idsOf(await server.get('/v1/workers'))).toEqual(['first-worker', 'second-worker'])
    expect(await server.get('/v1/workers/second-worker')).toMatchObject({
      version: '2.0.0',
      source: 'community',
    })
    const { catalogs } = await server.get<Status>('/v1/catalog/status')
    expect(catalogs).toHaveLength(2)
    expect(catalogs[0]).toMatchObject({ catalog: 'catalog', commit })
    expect(catalogs[1]).toMatchObject({
      catalog: 'nowhere',
      failure: { code: 'catalog_unreadable', message: expect.stringContaining('nowhere') },
    })
    expect(JSON.stringify(catalogs)).not.toContain(folder.path)
    expect(catalogs[0]?.accepted.map(({ id }) => id)).toEqual(['first-worker', 'second-worker'])
    expect(catalogs[0]?.refused.map(({ code, path }) => `${code} ${path}`).toSorted()).toEqual([
      'manifest_syntax broken',
      'version_missing broken',
    ])
    const { code, stdout, stderr } = await server.stop()
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toMatch(/refused {2}broken\/worker\.toml:10 {2}manifest_syntax: /)
    expect(stderr).toMatch(/the catalog nowhere is not served: there is no folder nowhere/)
    expect(stderr).toMatch(/2 workers accepted, 1 refused/)
  })

  it('follows the catalog from one start to the next', async () => {
    await using folder = await catalogFolder()
    await using first = await serve(folder.path, ['--catalog', 'catalog'])
    await first.stop()
    await folder.git(['rm', '-rq', 'catalog/community'])
    await folder.write(monorepoWorker('catalog/first', 'first-worker', '1.1.0'))
    await folder.commit()
    await using second = await serve(folder.path, [], { RBEE_CATALOG: 'catalog' })
    expect(await second.get('/v1/workers/first-worker')).toMatchObject({ version: '1.1.0' })
    expect(idsOf(await second.get('/v1/workers'))).toEqual(['first-worker'])
  })

  it('refuses settings it cannot follow, by name', async () => {
    await using folder = await TemporaryFolder.create()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = address !== null && typeof address === 'object' ? String(address.port) : ''
    try {
      for (const [args, code, message] of [
        [['--port', 'http'], 2, /--port: must be a port/],
        [['--port', '70000'], 2, /--port: must be a port/],
        [['--host', 'a b'], 2, /--host: must be an address/],
        [['--public-url', 'http://example.com'], 2, /--public-url: must be an https address/],
        [['--public-url', 'https://user:pass@example.com'], 2, /--public-url: must be an https address/],
        [['--port', port], 1, /listens on 127\.0\.0\.1/],
      ] as const) {
        const ended = await run(folder.path, ['serve', '--data-dir', 'data', ...args])
        expect({ args, code: ended.code, stdout: ended.stdout }).toEqual({ args, code, stdout: '' })
        expect(ended.stderr).toMatch(message)
      }
    } finally {
      other.close()
    }
  })
})

describe('rbee-catalog sync', () => {
  it('sends what changed, and takes away what is gone', async () => {
    await using folder = await catalogFolder()
    await using empty = await TemporaryFolder.create()
    await using server = await serve(folder.path, ['--catalog', empty.path])
    const env = { RBEE_TOKEN: await operatorToken(folder) }
    const sync = async (...args: string[]) => {
      const ended = await run(
        folder.path,
        ['sync', '--json', '--catalog', 'catalog', '--to', server.url, ...args],
        env,
      )
      expect(ended.code).toBe(0)
      const { catalogs } = JSON.parse(ended.stdout) as {
        catalogs: { sent: number; accepted: { id: string }[] }[]
      }
      return catalogs.map(({ sent, accepted }) => ({ sent, ids: accepted.map(({ id }) => id) }))
    }
    expect(await sync()).toEqual([{ sent: 2, ids: ['first-worker', 'second-worker'] }])
    await folder.write({ 'note.md': 'another commit' })
    await folder.commit()
    expect(await sync()).toEqual([{ sent: 0, ids: ['first-worker', 'second-worker'] }])
    await folder.write({
      'catalog/first/README.md': '# First\n',
      ...monorepoWorker('catalog/third', 'third-worker'),
    })
    await folder.git(['rm', '-rq', 'catalog/community'])
    await folder.commit()
    expect(await sync()).toEqual([{ sent: 2, ids: ['first-worker', 'third-worker'] }])
    expect(idsOf(await server.get('/v1/workers'))).toEqual(['first-worker', 'third-worker'])
  })

  it('sends many workers in several calls', async () => {
    await using folder = await TemporaryFolder.create()
    await using empty = await TemporaryFolder.create()
    const names = Array.from(
      { length: 120 },
      (_, index) => `${'abcdefghijkl'[index % 12]}${'mnopqrstuv'[index % 10]}${index}`,
    )
    for (const name of names) await folder.write(monorepoWorker(name, name))
    await folder.write({ 'm0/README.md': 'x'.repeat(400_000) })
    await using server = await serve(folder.path, ['--catalog', empty.path])
    const env = { RBEE_TOKEN: await operatorToken(folder) }
    const { code, stdout, stderr } = await run(
      folder.path,
      ['sync', '--catalog', '.', '--registry', server.url],
      env,
    )
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${folder.path}: 120 workers accepted, 0 refused, 120 changed\n`,
    })
    expect(stderr).toMatch(/sending {2}100% {2}120 of 120/)
    expect(await server.get('/v1/workers?limit=1')).toMatchObject({ total: 120 })
  })

  it('shows findings without a server, and fails only where it is asked to', async () => {
    await using folder = await catalogFolder()
    await folder.write({
      'catalog/broken/worker.toml': manifestText('Broken'),
      'catalog/broken/package.json': '{"version":"1.0.0"}',
    })
    await folder.commit()
    const plan = ['sync', '--catalog', 'catalog', '--dry-run', '--to', 'http://127.0.0.1:1']
    const plain = await run(folder.path, plan)
    expect(plain).toMatchObject({
      code: 0,
      stdout: `${join(folder.path, 'catalog')}: 2 workers accepted, 1 refused (nothing was sent)\n`,
    })
    expect(plain.stderr).toMatch(/broken\/worker\.toml:2 {2}manifest_invalid: worker\.id "Broken" may hold/)
    expect(await run(folder.path, [...plan, '--strict'])).toMatchObject({ code: 1 })
    const json = await run(folder.path, [...plan, '--json', '--quiet', '--catalog', 'nowhere'])
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      dry_run: true,
      catalogs: [
        {
          accepted: [{ id: 'first-worker' }, { id: 'second-worker' }],
          refused: [{ line: 2, field: 'worker.id' }],
          sent: null,
        },
      ],
      failed: [{ catalog: 'nowhere', code: 'catalog_unreadable' }],
    })
  })

  it('lets no address keep the other catalogs waiting', async () => {
    await using folder = await catalogFolder()
    const asked = new Set<string | undefined>()
    // Nobody is answered before all three were asked: read one after the other, they would wait for their time limits.
    const waiting: (() => void)[] = []
    const server = createServer(({ url }, response) => {
      asked.add(url)
      waiting.push(() => response.writeHead(404).end())
      if (asked.size === 3) for (const answer of waiting.splice(0)) answer()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const names = ['one', 'two', 'three'].map((name) => `http://127.0.0.1:${port}/${name}.git`)
    const args = [...names, 'catalog'].flatMap((name) => ['--catalog', name])
    const result = await run(folder.path, ['sync', '--dry-run', '--json', ...args])
    await new Promise((resolve) => server.close(resolve))
    const { catalogs, failed } = JSON.parse(result.stdout)
    expect(failed.map(({ catalog }: { catalog: string }) => catalog)).toEqual(names)
    expect(catalogs).toMatchObject([{ accepted: [{}, {}] }])
  }, 25_000)

  it('names a catalog only once', async () => {
    await using folder = await catalogFolder()
    const twice = await run(folder.path, [
      'sync',
      '--dry-run',
      '--catalog',
      'catalog',
      '--catalog',
      './catalog/',
    ])
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringMatching(/is named twice/) })
  })

  it('says what is missing: a server, a token, the right one', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog'])
    const sync = (to: string, env = {}) => run(folder.path, ['sync', '--catalog', 'catalog', '--to', to], env)
    expect(await sync('http://127.0.0.1:1')).toMatchObject({ code: 5 })
    expect(await sync('ftp://example.com')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/not an http or https/),
    })
    expect(await sync(server.url)).toMatchObject({ code: 2, stderr: expect.stringMatching(/token_missing/) })
    const { stdout } = await run(folder.path, ['token', 'create', '--scope', 'publish', '--data-dir', 'data'])
    const refused = await sync(server.url, { RBEE_TOKEN: stdout.trim() })
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/forbidden/) })
    expect(refused.stderr).not.toContain(stdout.trim())
  })
})

describe('rbee-catalog token', () => {
  it('creates and revokes tokens in the data folder, while a server runs or not', async () => {
    await using folder = await catalogFolder()
    const created = await run(folder.path, [
      'token',
      'create',
      '--scope',
      'operator',
      '--expires',
      '12h',
      '--data-dir',
      'data',
    ])
    expect(created).toMatchObject({ code: 0, stdout: expect.stringMatching(/^rbee_op_[\w-]{43}\n$/) })
    const id = /token revoke (\w+)/.exec(created.stderr)?.[1] ?? ''
    await using server = await serve(folder.path, ['--catalog', 'catalog'])
    const env = { RBEE_TOKEN: created.stdout.trim() }
    const create = () =>
      run(
        folder.path,
        [
          'token',
          'create',
          '--scope',
          'publish',
          '--worker',
          'first-worker',
          '--registry',
          server.url,
          '--json',
        ],
        env,
      )
    const overHttp = await create()
    expect(JSON.parse(overHttp.stdout)).toMatchObject({
      token: expect.stringMatching(/^rbee_pub_/),
      scope: 'publish',
      worker: 'first-worker',
      expires_at: null,
    })
    const revoked = await run(folder.path, ['token', 'revoke', id, '--data-dir', 'data'])
    expect(revoked).toMatchObject({ code: 0, stdout: `revoked ${id}\n` })
    expect(await create()).toMatchObject({ code: 2, stderr: expect.stringMatching(/was revoked/) })
    expect(await run(folder.path, ['token', 'revoke', 'unknown', '--data-dir', 'data'])).toMatchObject({
      code: 1,
    })
  })

  it('takes the secret of the operator as a token', async () => {
    await using folder = await catalogFolder()
    const secret = 'a-secret-of-the-operator'
    await using server = await serve(folder.path, ['--catalog', 'catalog'], { RBEE_OPERATOR_TOKEN: secret })
    const ended = await run(
      folder.path,
      ['token', 'create', '--scope', 'operator', '--registry', server.url],
      { RBEE_TOKEN: secret },
    )
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^rbee_op_/) })
  })

  it('asks the server of RBEE_REGISTRY, unless a folder is named', async () => {
    await using folder = await catalogFolder()
    const secret = 'a-secret-of-the-operator'
    await using server = await serve(folder.path, ['--catalog', 'catalog'], { RBEE_OPERATOR_TOKEN: secret })
    const env = { RBEE_REGISTRY: server.url, RBEE_TOKEN: secret }
    await using elsewhere = await TemporaryFolder.create()
    const create = (...args: string[]) =>
      run(elsewhere.path, ['token', 'create', '--scope', 'operator', ...args], env)
    const { stdout } = await create()
    const asked = await fetch(`${server.url}/v1/uploads/x`, {
      headers: { authorization: `Bearer ${stdout.trim()}` },
    })
    expect(asked.status).toBe(404)
    expect(await readdir(elsewhere.path)).toEqual([])
    expect(await create('--data-dir', 'own')).toMatchObject({ code: 0 })
    expect(await readdir(elsewhere.path)).toEqual(['own'])
  })

  it.each([
    [['--scope', 'admin'], /--scope: must be publish or operator/],
    [[], /--scope: must be publish or operator/],
    [['--scope', 'publish', '--expires', '30'], /--expires: "30" is not a time/],
    [['--scope', 'publish', '--expires', '0d'], /--expires/],
    [['--scope', 'publish', '--expires', '99999w'], /--expires: 99999w is longer than ten years/],
    [['--scope', 'publish', '--worker', 'No'], /--worker: "No" may hold lower-case letters/],
    [['--scope', 'operator', '--worker', 'my-worker'], /--worker: only a publish token/],
  ])('refuses %j', async (args, message) => {
    await using folder = await TemporaryFolder.create()
    const ended = await run(folder.path, ['token', 'create', '--data-dir', 'data', ...args])
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  })
})
