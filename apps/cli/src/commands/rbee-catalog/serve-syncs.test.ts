import { createHmac } from 'node:crypto'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type CatalogStatus, catalogStatusSchema, catalogSyncReportSchema, problemSchema } from '@rbee/schema'
import { monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogFolder, endPrograms, idsOf, run, type Serving, serve } from './testing/program.ts'

afterEach(endPrograms)

const OPERATOR = 'a-secret-of-the-operator'
const SECRET = 'a-secret-of-the-webhook'
const BOTH = ['first-worker', 'second-worker']

function start(folder: TemporaryFolder, args: readonly string[], env: Record<string, string> = {}) {
  return serve(folder.path, args, { RBEE_OPERATOR_TOKEN: OPERATOR, ...env })
}

function askToSync({ url }: Serving, body?: object, query = ''): Promise<Response> {
  return fetch(`${url}/v1/catalog/sync${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  })
}

const reportOf = async (answer: Response) => catalogSyncReportSchema.parse(await answer.json())
const codeOf = async (answer: Response) => problemSchema.parse(await answer.json()).code
const idsServed = async (server: Serving) => idsOf(await server.get('/v1/workers'))
async function statusOf(server: Serving): Promise<CatalogStatus['catalogs']> {
  return catalogStatusSchema.parse(await server.get('/v1/catalog/status')).catalogs
}

describe('POST /v1/catalog/sync', () => {
  it('answers once what changed is served', async () => {
    await using folder = await catalogFolder()
    const server = await start(folder, ['--catalog', 'catalog'])
    expect(await reportOf(await askToSync(server))).toMatchObject({
      status: 'done',
      changed: false,
      catalogs: [{ catalog: join(folder.path, 'catalog') }],
      failed: [],
    })
    await folder.write(monorepoWorker('catalog/third', 'third-worker'))
    const commit = await folder.commit()
    const report = await reportOf(await askToSync(server))
    expect(report).toMatchObject({ changed: true, catalogs: [{ commit }] })
    expect(report.catalogs[0]?.accepted).toContainEqual({
      id: 'third-worker',
      version: '1.0.0',
      path: 'third',
    })
    expect(await idsServed(server)).toEqual([...BOTH, 'third-worker'])
  })

  it('reads one catalog where one is named, by its name or as it was given', async () => {
    await using folder = await catalogFolder()
    await using other = await TemporaryFolder.create()
    await other.write(monorepoWorker('x', 'other-worker'))
    const server = await start(folder, ['--catalog', 'catalog', '--catalog', other.path])
    await other.write(monorepoWorker('y', 'another-worker'))
    for (const catalog of ['catalog', join(folder.path, 'catalog')]) {
      const report = await reportOf(await askToSync(server, { catalog }))
      expect(report.catalogs.map((state) => state.catalog)).toEqual([join(folder.path, 'catalog')])
    }
    expect(await idsServed(server)).not.toContain('another-worker')
    await askToSync(server, { catalog: basename(other.path) })
    expect(await idsServed(server)).toContain('another-worker')
    const unknown = await askToSync(server, { catalog: 'elsewhere' })
    expect([unknown.status, await codeOf(unknown)]).toEqual([404, 'catalog_not_found'])
  })

  it('names what cannot be read, and serves on what it held', async () => {
    await using folder = await catalogFolder()
    const server = await start(folder, ['--catalog', 'catalog'])
    await rm(join(folder.path, '.git'), { recursive: true })
    await rm(join(folder.path, 'catalog'), { recursive: true })
    const report = await reportOf(await askToSync(server))
    const name = join(folder.path, 'catalog')
    expect(report).toMatchObject({ catalogs: [], failed: [{ catalog: name, code: 'catalog_unreadable' }] })
    expect(await idsServed(server)).toEqual(BOTH)
    expect(await statusOf(server)).toMatchObject([
      { catalog: 'catalog', failure: { code: 'catalog_unreadable' }, accepted: [{}, {}] },
    ])
    await folder.write({ ...monorepoWorker('catalog/first', 'first-worker', '1.2.0') })
    expect(await reportOf(await askToSync(server))).toMatchObject({ failed: [], changed: true })
    expect((await statusOf(server))[0]?.failure ?? null).toBeNull()
    expect(await idsServed(server)).toEqual(['first-worker'])
  })

  it('does not take a folder that turned up empty for an empty catalog, unless it is told to', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write(monorepoWorker('mount/x', 'mounted-worker'))
    const server = await start(folder, ['--catalog', 'mount'])
    await rm(join(folder.path, 'mount/x'), { recursive: true })
    const report = await reportOf(await askToSync(server))
    expect(report.failed).toMatchObject([{ code: 'catalog_empty', next: expect.stringContaining('--drop') }])
    expect(await idsServed(server)).toEqual(['mounted-worker'])
    expect(await reportOf(await askToSync(server, { force: true }))).toMatchObject({
      changed: true,
      failed: [],
    })
    expect(await idsServed(server)).toEqual([])
  })

  it('shares readings between all who ask meanwhile', async () => {
    await using folder = await catalogFolder()
    const git = await heldGit(folder)
    const server = await start(folder, ['--catalog', 'catalog'], git.env)
    await git.hold()
    const first = askToSync(server, undefined, '?wait=0')
    expect((await first).status).toBe(202)
    expect(await reportOf(await first)).toEqual({
      status: 'running',
      changed: false,
      catalogs: [],
      failed: [],
    })
    const many = Promise.all(Array.from({ length: 10 }, () => askToSync(server)))
    await git.letGo()
    expect((await many).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    await server.stop()
  })
})

describe('a server that is stopped while it reads', () => {
  it('ends at once, tells who waits, and has lost nothing', async () => {
    await using folder = await catalogFolder()
    const git = await heldGit(folder)
    const server = await start(folder, ['--catalog', 'catalog'], git.env)
    await git.hold()
    const waiting = [askToSync(server), askToSync(server)]
    await new Promise((resolve) => setTimeout(resolve, 500))
    const began = Date.now()
    const ended = await server.stop()
    expect(Date.now() - began).toBeLessThan(5000)
    expect(ended.code).toBe(0)
    for (const answer of await Promise.all(waiting)) {
      expect([answer.status, await codeOf(answer)]).toEqual([503, 'not_ready'])
    }
    await git.letGo()
    const again = await start(folder, ['--catalog', 'catalog'], git.env)
    expect(await idsServed(again)).toEqual(BOTH)
  })

  it('serves on what it held when git is killed', async () => {
    await using folder = await catalogFolder()
    const git = await heldGit(folder)
    const server = await start(folder, ['--catalog', 'catalog'], git.env)
    await git.breakIt()
    await folder.write(monorepoWorker('catalog/third', 'third-worker'))
    await folder.commit()
    expect(await reportOf(await askToSync(server))).toMatchObject({
      failed: [{ code: 'catalog_unreadable' }],
    })
    expect(await idsServed(server)).toEqual(BOTH)
    await git.letGo()
    expect(await reportOf(await askToSync(server))).toMatchObject({ failed: [], changed: true })
    expect(await idsServed(server)).toEqual([...BOTH, 'third-worker'])
  })
})

describe('POST /v1/webhooks/github', () => {
  const deliver = (server: Serving, ref: string, repository = 'Rbee/Workers') => {
    const body = JSON.stringify({
      ref,
      repository: { clone_url: `https://github.com/${repository}.git`, default_branch: 'main' },
    })
    return fetch(`${server.url}/v1/webhooks/github`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
      },
      body,
    })
  }

  it('reads the catalog again that was pushed to, as often as a delivery arrives', async () => {
    await using folder = await catalogFolder()
    await folder.git(['remote', 'add', 'origin', 'git@github.com:rbee/workers.git'])
    const server = await start(folder, ['--catalog', 'catalog'], { RBEE_GITHUB_WEBHOOK_SECRET: SECRET })
    await folder.write(monorepoWorker('catalog/third', 'third-worker'))
    await folder.commit()
    for (const [ref, repository] of [
      ['refs/heads/other', undefined],
      ['refs/tags/main2', undefined],
      ['refs/heads/main', 'rbee/elsewhere'],
    ] as const) {
      const answer = await deliver(server, ref, repository)
      expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'ignored', catalogs: [] }])
    }
    expect(await idsServed(server)).toEqual(BOTH)
    for (let delivery = 0; delivery < 3; delivery += 1) {
      const answer = await deliver(server, 'refs/heads/main')
      expect([answer.status, await answer.json()]).toEqual([
        202,
        { status: 'scheduled', catalogs: ['ssh://git@github.com/rbee/workers.git/catalog'], reason: null },
      ])
    }
    await expect.poll(() => idsServed(server), { timeout: 10_000 }).toEqual([...BOTH, 'third-worker'])
    expect((await server.stop()).stderr).not.toContain(SECRET)
  })

  it('is closed without a secret', async () => {
    await using folder = await catalogFolder()
    const server = await start(folder, ['--catalog', 'catalog'])
    const answer = await deliver(server, 'refs/heads/main')
    expect([answer.status, await codeOf(answer)]).toEqual([404, 'webhook_not_configured'])
  })
})

describe('a catalog that a server is no longer started with', () => {
  it('is served on until it is dropped', async () => {
    await using folder = await catalogFolder()
    await using other = await TemporaryFolder.create()
    await other.write(monorepoWorker('x', 'other-worker'))
    const first = await start(folder, ['--catalog', 'catalog', '--catalog', other.path])
    await first.stop()
    const server = await start(folder, ['--catalog', 'catalog'])
    expect(server.stderr()).toContain(
      `also served: 1 worker of ${other.path}, which is not among the catalogs`,
    )
    expect(await idsServed(server)).toEqual(['first-worker', 'other-worker', 'second-worker'])
    const drop = (name: string) =>
      run(folder.path, ['sync', '--drop', name, '--registry', server.url], { RBEE_TOKEN: OPERATOR })
    expect(await drop(other.path)).toMatchObject({
      code: 0,
      stdout: `${other.path}: dropped with 1 worker\n`,
    })
    expect(await idsServed(server)).toEqual(BOTH)
    expect(await drop(other.path)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('catalog_not_found'),
    })
  })

  it('is recognised by its address where only its folder moved', async () => {
    await using folder = await catalogFolder()
    await folder.git(['remote', 'add', 'origin', 'https://example.com/workers.git'])
    const first = await start(folder, ['--catalog', 'catalog'])
    await first.stop()
    await folder.git(['clone', '-q', '.', 'moved'])
    await folder.git(['remote', 'set-url', 'origin', 'https://example.com/workers.git'], { cwd: 'moved' })
    const server = await start(folder, ['--catalog', 'moved/catalog'])
    expect(server.stderr()).not.toContain('also served')
    expect((await statusOf(server)).map(({ catalog }) => catalog)).toEqual([
      'https://example.com/workers.git/catalog',
    ])
  })
})

describe('a data folder', () => {
  it('has one server, and is free again when that was killed', async () => {
    await using folder = await catalogFolder()
    const server = await start(folder, ['--catalog', 'catalog'])
    const second = await run(folder.path, ['serve', '--port', '0', '--data-dir', 'data'])
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Another server runs on the folder .*data/),
    })
    expect(await idsServed(server)).toEqual(BOTH)
    await endPrograms()
    expect(await idsServed(await start(folder, ['--catalog', 'catalog']))).toEqual(BOTH)
  })

  it.each([
    [['--host', '192.0.2.1'], /--host: 192\.0\.2\.1 is no address of this machine/],
    [['--host', 'nowhere.invalid'], /--host: nowhere\.invalid is no address of this machine/],
    [['--data-dir', '/proc/rbee/data'], /--data-dir: \/proc\/rbee\/data is no folder that can be written to/],
  ])('and an address that cannot be had end the start: %j', async (args, message) => {
    await using folder = await catalogFolder()
    const ended = await run(folder.path, ['serve', '--port', '0', '--data-dir', 'data', ...args])
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  })
})

/** A git in front of the real one that a test can hold, break and let go. */
async function heldGit(folder: TemporaryFolder) {
  const mode = join(folder.path, 'mode')
  await folder.write({
    'bin/git': [
      '#!/bin/sh',
      `while [ "$(cat '${mode}' 2>/dev/null)" = hold ]; do sleep 0.05; done`,
      `if [ "$(cat '${mode}' 2>/dev/null)" = broken ]; then kill -9 $$; fi`,
      `PATH='${process.env.PATH}'`,
      'exec git "$@"',
      '',
    ].join('\n'),
  })
  await chmod(join(folder.path, 'bin/git'), 0o755)
  const set = (text: string) => writeFile(mode, text)
  return {
    env: { PATH: `${join(folder.path, 'bin')}:${process.env.PATH}` },
    hold: () => set('hold'),
    breakIt: () => set('broken'),
    letGo: () => set(''),
  }
}
