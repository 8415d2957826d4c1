import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningServer, startServer } from '@rbee/catalog/node'
import { releaseDocumentSchema } from '@rbee/schema'
import { startIdentityProvider, type TestIdentityProvider } from '@rbee/testing/oidc'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program } from '../../commands/rbee-publish/index.ts'
import { runProgram } from '../../program/run.ts'

const OPERATOR = `rbee_op_${'0123456789abcdef'.repeat(4)}`

let provider: TestIdentityProvider
let server: RunningServer
let data: string
beforeAll(async () => {
  provider = await startIdentityProvider()
  data = await mkdtemp(join(tmpdir(), 'rbee-oidc-server-'))
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir: data,
    operatorToken: OPERATOR,
    oidcIssuers: [provider.issuer],
    log: { info: () => {}, error: () => {} },
    clock: Date.now,
    randomBytes: (length) => randomBytes(length),
  })
})
afterAll(async () => {
  await server.close()
  await provider.close()
  await rm(data, { recursive: true, force: true })
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-oidc-worker-'))
  await mkdir(join(folder, 'dist/bin'), { recursive: true })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function aWorker(id: string): Promise<readonly string[]> {
  const path = join(folder, 'dist/bin', id)
  await writeFile(path, '#!/bin/sh\n')
  await chmod(path, 0o755)
  return ['--name', id, '--version', '1.0.0', '--license', 'MIT', '--artifact', 'linux-x86_64=dist']
}

async function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  let stdout = ''
  let stderr = ''
  const code = await runProgram(program, {
    argv: args,
    program: ['rbee-publish'],
    env: { PATH: process.env.PATH, RBEE_REGISTRY: server.url, ...env },
    cwd: folder,
    stdout: {
      write: (text) => {
        stdout += text
      },
    },
    stderr: {
      write: (text) => {
        stderr += text
      },
      isTTY: false,
      columns: () => 80,
    },
    clock: Date.now,
    version: '0.0.0',
    signal: new AbortController().signal,
  })
  return { code, stdout, stderr }
}

const staff = (...args: string[]) => run(args, { RBEE_TOKEN: OPERATOR })
const job = () => ({
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: provider.runner.url,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: provider.runner.token,
})
const trust = (id: string, ...more: string[]) =>
  staff(
    ...['trusted-publisher', 'add', id, '--github', 'acme/echo', '--workflow', 'publish.yml'],
    ...['--owner-id', '77', ...more],
  )

describe('rbee-publish in a job of GitHub Actions', () => {
  it('publishes without a token, once the workflow is trusted', async () => {
    const args = await aWorker('run-worker')
    const untrusted = await run(args, job())
    expect(untrusted.code).toBe(2)
    expect(untrusted.stderr).toContain('No workflow is trusted to publish "run-worker"')
    expect(await trust('run-worker')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('run-worker'),
    })
    const published = await run(args, job())
    expect(published.stderr + published.stdout).not.toContain('rbee_pub_')
    expect(published).toMatchObject({ code: 0 })
    const served = await fetch(`${server.url}/v1/workers/run-worker/1.0.0`)
    expect(releaseDocumentSchema.parse(await served.json()).published_by).toMatchObject({
      kind: 'trusted_publisher',
      repository: 'acme/echo',
    })
    expect(await run(args, job())).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('published already'),
    })
  })

  it('says which permission is missing', async () => {
    const ended = await run(await aWorker('run-worker'), { GITHUB_ACTIONS: 'true' })
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('id-token: write')
  })

  it('says what of the run is not what the worker trusts', async () => {
    const args = await aWorker('protected-worker')
    await trust('protected-worker', '--environment', 'release')
    const ended = await run(args, job())
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain('its environment is "none", not "release"')
  })

  it('goes on with a token where one is given', async () => {
    const args = await aWorker('by-hand-worker')
    const ended = await run(args, { ...job(), RBEE_TOKEN: OPERATOR })
    expect(ended).toMatchObject({ code: 0 })
    const served = await fetch(`${server.url}/v1/workers/by-hand-worker/1.0.0`)
    expect(releaseDocumentSchema.parse(await served.json()).published_by).toEqual({ kind: 'operator' })
  })

  it('asks nobody for an identity to plan', async () => {
    const before = provider.requests.length
    const ended = await run([...(await aWorker('run-worker')), '--dry-run'], { GITHUB_ACTIONS: 'true' })
    expect(ended.code).toBe(0)
    expect(provider.requests).toHaveLength(before)
  })
})

describe('rbee-publish trusted-publisher', () => {
  it('adds, lists and removes', async () => {
    await trust('listed-worker', '--environment', 'release')
    const again = await trust('listed-worker', '--environment', 'release')
    expect(again.stdout).toContain('may publish already')
    const listed = await staff('trusted-publisher', 'list', 'listed-worker', '--json')
    const { publishers } = JSON.parse(listed.stdout)
    expect(publishers).toEqual([
      expect.objectContaining({
        repository: 'acme/echo',
        repository_owner_id: '77',
        workflow: 'publish.yml',
        environment: 'release',
        issuer: provider.issuer,
      }),
    ])
    const shown = await staff('trusted-publisher', 'list', 'listed-worker')
    expect(shown.stdout).toMatch(/acme\/echo +77 +publish\.yml +release/)
    expect(await staff('trusted-publisher', 'only', 'listed-worker')).toMatchObject({ code: 0 })
    expect((await staff('trusted-publisher', 'list', 'listed-worker')).stdout).toContain(
      'nobody else may publish',
    )
    expect(await staff('trusted-publisher', 'only', 'listed-worker', '--off')).toMatchObject({ code: 0 })
    const removed = await staff('trusted-publisher', 'remove', 'listed-worker', publishers[0].id)
    expect(removed).toMatchObject({ code: 0 })
    expect((await staff('trusted-publisher', 'list', 'listed-worker')).stdout).toContain(
      'no workflow is trusted',
    )
  })

  it.each([
    [['add', 'x-worker', '--github', 'acme', '--workflow', 'publish.yml'], '--github'],
    [['add', 'x-worker', '--github', 'acme/echo', '--workflow', '../publish.yml'], '--workflow'],
    [
      ['add', 'x-worker', '--github', 'acme/echo', '--workflow', 'publish.yml', '--owner-id', '0x1'],
      '--owner-id',
    ],
    [['remove', 'x-worker'], 'id'],
  ])('%j is not understood', async (args, named) => {
    const ended = await staff('trusted-publisher', ...args)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain(named)
  })
})
