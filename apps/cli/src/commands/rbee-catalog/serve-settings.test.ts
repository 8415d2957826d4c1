import { access, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogFolder, endPrograms, idsOf, run, type Serving, serve } from './testing/program.ts'

afterEach(endPrograms)

/** Waits until the server's list is the given one. */
async function listBecomes(server: Serving, ids: readonly string[]): Promise<void> {
  await expect
    .poll(async () => idsOf(await server.get('/v1/workers')), { timeout: 15_000, interval: 100 })
    .toEqual(ids)
}

describe('--sync-interval', () => {
  it('follows the catalog while the server runs, and tells only what is new', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog', '--sync-interval', '1'])
    await folder.write(monorepoWorker('catalog/third', 'third-worker'))
    await folder.commit()
    await listBecomes(server, ['first-worker', 'second-worker', 'third-worker'])
    await new Promise((resolve) => setTimeout(resolve, 2500))
    const { code, stderr } = await server.stop()
    expect(code).toBe(0)
    expect(stderr.match(/workers accepted/g)).toHaveLength(2)
    expect(stderr.match(/reading /g)).toHaveLength(1)
  })

  it('serves on what a catalog held that cannot be read any more', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog'], { RBEE_SYNC_INTERVAL: '1' })
    await rename(join(folder.path, 'catalog'), join(folder.path, 'elsewhere'))
    await expect
      .poll(server.stderr, { timeout: 15_000, interval: 100 })
      .toMatch(/the catalog catalog is served as it was before: there is no folder catalog/)
    expect(idsOf(await server.get('/v1/workers'))).toEqual(['first-worker', 'second-worker'])
    await rename(join(folder.path, 'elsewhere'), join(folder.path, 'catalog'))
    await folder.git(['rm', '-rq', 'catalog/community'])
    await folder.commit()
    await listBecomes(server, ['first-worker'])
  })
})

describe('--blobs', () => {
  it('keeps documents and archives in a folder of their own, and notices when it is another one', async () => {
    await using folder = await catalogFolder()
    const args = ['--catalog', 'catalog', '--blobs', 'file:blobs']
    await using server = await serve(folder.path, args)
    expect(idsOf(await server.get('/v1/workers'))).toEqual(['first-worker', 'second-worker'])
    await server.stop()
    await access(join(folder.path, 'blobs', 'documents', 'list', 'root.json'))
    await expect(access(join(folder.path, 'data', 'documents'))).rejects.toMatchObject({ code: 'ENOENT' })

    await rm(join(folder.path, 'blobs'), { recursive: true })
    const ended = await run(folder.path, ['serve', '--port', '0', '--data-dir', 'data', ...args])
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(/The database knows 2 workers, but \S+blobs holds no documents of them/)
  })
})

describe('--rate-limit and --trust-proxy', () => {
  it('limit what one client may ask', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog', '--rate-limit', 'list=2'], {
      RBEE_TRUST_PROXY: 'true',
    })
    const list = async (client: string) => {
      const answer = await fetch(`${server.url}/workers`, { headers: { 'x-forwarded-for': client } })
      await answer.arrayBuffer()
      return answer.status
    }
    expect([await list('192.0.2.1'), await list('192.0.2.1'), await list('192.0.2.1')]).toEqual([
      200, 200, 429,
    ])
    expect(await list('192.0.2.2')).toBe(200)
  })

  it('leave this machine alone by default', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog'])
    for (let count = 0; count < 70; count += 1) {
      expect(idsOf(await server.get('/v1/workers'))).toHaveLength(2)
    }
  })
})

describe('--catalog', () => {
  it('takes the address of a folder of this machine', async () => {
    await using folder = await catalogFolder()
    await folder.git(['branch', 'stable'])
    await folder.write(monorepoWorker('catalog/third', 'third-worker'))
    await folder.commit()
    const address = pathToFileURL(join(folder.path, 'catalog')).href
    await using server = await serve(folder.path, ['--catalog', `${address}#stable`])
    expect(idsOf(await server.get('/v1/workers'))).toEqual(['first-worker', 'second-worker'])
  })
})

it('refuses folders it cannot write to, by name', async () => {
  await using folder = await TemporaryFolder.create()
  await folder.write({ file: '' })
  for (const args of [
    ['--data-dir', 'file/data'],
    ['--data-dir', 'file'],
    ['--data-dir', 'data', '--blobs', 'file:file'],
  ]) {
    const ended = await run(folder.path, ['serve', '--port', '0', ...args])
    expect({ args, code: ended.code }).toEqual({ args, code: 2 })
    expect(ended.stderr).toContain(`${args.at(-2)}: ${join(folder.path, 'file')}`)
  }
})

it('refuses settings it cannot follow, by name and before anything is written', async () => {
  await using folder = await TemporaryFolder.create()
  for (const [args, message] of [
    [['--blobs', 's3://bucket'], /AWS_ACCESS_KEY_ID: set AWS_ACCESS_KEY_ID/],
    [['--licensed-links', 'store'], /--licensed-links: a folder has no addresses/],
    [['--licensed-links', 'nowhere'], /--licensed-links: "nowhere" must be store, server, or the address/],
    [['--catalog', 'https://token@example.com/x.git'], /--catalog: an address with a user or password in it/],
    [['--rate-limit', 'list=0'], /--rate-limit: "list=0" must be off or list=N/],
    [['--sync-interval', '-1'], /--sync-interval: must be a whole number of seconds/],
  ] as const) {
    const ended = await run(folder.path, ['serve', '--json', '--data-dir', 'data', ...args])
    expect({ args, code: ended.code }).toEqual({ args, code: 2 })
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr + ended.stdout).not.toContain('token@')
  }
  await expect(access(join(folder.path, 'data'))).rejects.toMatchObject({ code: 'ENOENT' })
})
