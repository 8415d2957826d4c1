import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { TemporaryFolder } from '@rbee/testing'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { GateOutcome } from '../../catalog/gates/gate-result.ts'
import { findTools } from '../../catalog/gates/tools/find-tools.ts'
import { program, startCatalog, type TestCatalog } from '../../hive/e2e/catalog.ts'
import { programOnPath } from '../../hive/find-on-path.ts'
import { catalogFolder, type Ended, endPrograms, run, start } from './testing/program.ts'

const HOSTILE = '"; touch pwned #{`touch pwned`} $(touch pwned) \' \\ \u202e ) }'
const PLATFORMS = ['linux-x86_64', 'linux-aarch64', 'macos-aarch64'] as const

let catalog: TestCatalog
let tools: readonly string[]

beforeAll(async () => {
  tools = (await findTools({ searchPath: process.env.PATH })).map(({ name }) => name)
  catalog = await startCatalog()
  const cargo = (features: string[]) => ({ features, default_feature: 'cpu', system: 'cargo' as const })
  await catalog.publish({
    id: 'plain-worker',
    variants: { cpu: program('plain-worker', 'true') },
    platforms: PLATFORMS,
    official: true,
    manifest: { build: cargo(['cpu']) },
  })
  await catalog.publish({
    id: 'hostile-worker',
    variants: { cpu: program('hostile-worker', 'false'), cuda: program('hostile-worker', 'exit 2') },
    platforms: PLATFORMS,
    official: true,
    manifest: { name: 'Hostile', description: HOSTILE.replace('\u202e', ''), build: cargo(['cpu', 'cuda']) },
  })
  await catalog.publish({
    id: 'premium-worker',
    variants: { cpu: program('premium-worker', 'exit 3') },
    manifest: { pricing: { model: 'subscription', purchase_url: 'https://buy.example/it' } },
  })
  return async () => catalog[Symbol.asyncDispose]()
})

afterEach(endPrograms)

interface Report {
  readonly registry: string | null
  readonly tools: readonly string[]
  readonly workers: number
  readonly summary: { readonly ok: number; readonly not_applicable: number; readonly failed: number }
  readonly files: readonly GateOutcome[]
  readonly unreadable: readonly { readonly worker: string; readonly reason: { readonly code: string } }[]
}

const gates = async (args: readonly string[], cwd = '/', env = {}) => {
  const ended = await run(cwd, ['gates', ...args, '--json'], env)
  return { ...ended, report: JSON.parse(ended.stdout) as Report }
}

/** The tools take most of the time, and have no say in what a registry has. */
const WITHOUT_TOOLS = { PATH: '/nonexistent' }
const gatesWithoutTools = (args: readonly string[]) => gates(args, '/', WITHOUT_TOOLS)

/** The codes with which files of a format failed. */
const failures = ({ files }: Report, format: GateOutcome['format']) =>
  files.flatMap((file) =>
    file.format === format && file.status === 'failed'
      ? [[file.address, file.reasons.map(({ code }) => code)]]
      : [],
  )

describe('gates of a registry', () => {
  it('makes and reads every file, and says which a worker has none of, and why', {
    timeout: 90_000,
  }, async () => {
    const { code, report, stderr } = await gates(['--registry', catalog.url])
    expect([code, report.summary.failed, report.unreadable]).toEqual([0, 0, []])
    expect(report).toMatchObject({ registry: catalog.url, workers: 3, tools })
    const plain = report.files.filter(({ address }) => address === 'plain-worker')
    const readBy = (kind: string) => tools.filter((name) => (name === 'ruby') === (kind === 'homebrew'))
    expect(
      plain.map((file) => [file.format, file.status, file.status === 'ok' ? file.checked_with : []]),
    ).toEqual(
      ['arch-prod', 'arch-dev', 'arch-legacy', 'homebrew-prod', 'homebrew-dev'].map((format) => [
        format,
        'ok',
        readBy(format.split('-')[0] ?? ''),
      ]),
    )
    const premium = report.files.filter(({ address }) => address === 'premium-worker')
    expect(premium.find(({ format }) => format === 'arch-prod')).toMatchObject({ status: 'ok' })
    expect(premium.find(({ format }) => format === 'homebrew-prod')).toMatchObject({
      status: 'not_applicable',
      reason: { code: 'no_artifact', message: expect.stringContaining('macOS') },
    })
    const addresses = new Set(report.files.map(({ address }) => address))
    expect(addresses).toContain('hostile-worker-cuda')
    expect(stderr).toContain('3 of 3')
  })

  it('shows people a row for each address and what the codes mean', async () => {
    const { code, stdout, stderr } = await run('/', ['gates', '--registry', catalog.url], WITHOUT_TOOLS)
    expect(code).toBe(0)
    expect(stderr).toContain('makepkg is not installed here: it did not read the PKGBUILDs')
    expect(stderr).toContain('ruby is not installed here: it did not read the formulas')
    expect(stdout).toMatch(
      /^WORKER +VERSION +arch-prod +arch-dev +arch-legacy +homebrew-prod +homebrew-dev\n/,
    )
    expect(stdout).toMatch(/^plain-worker +0\.1\.0 +ok +ok +ok +ok +ok$/m)
    expect(stdout).toMatch(/^\(no_artifact\) {2}The release has no artifact/m)
    expect(stdout).toMatch(/3 workers: \d+ files ok, \d+ not applicable, 0 failed\n$/)
  })

  it('hashes every archive when it is asked to', async () => {
    const { code, report } = await gatesWithoutTools(['--registry', catalog.url, '--download'])
    expect([code, report.summary.failed]).toEqual([0, 0])
  })

  it('ends with 5 where no registry answers, and with 2 for a wrong call', async () => {
    const silent = await run('/', ['gates', '--registry', 'http://127.0.0.1:9', '--json'])
    expect(silent.code).toBe(5)
    const wrong = await run('/', ['gates', '.', '--catalog', '.'])
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('either')])
  })

  it('ends at once with Ctrl-C', async () => {
    await using proxy = await aProxy(async (request) =>
      /\/v1\/workers\//.test(request.url ?? '') ? 'hang' : 'pass',
    )
    const started = start('/', ['gates', '--registry', proxy.url])
    await proxy.asked
    started.child.kill('SIGINT')
    const ended: Ended = await started.ended
    expect(ended.code).toBe(130)
  })
})

describe('gates of a registry that lies', () => {
  it('notices an archive that is not there', async () => {
    await using proxy = await aProxy(async ({ url }) => (isBlob(url) ? { status: 404 } : 'pass'))
    const { code, report } = await gatesWithoutTools(['--registry', proxy.url])
    expect(code).toBe(1)
    expect(failures(report, 'arch-prod')).toContainEqual([
      'plain-worker',
      ['artifact_not_stored', 'artifact_not_stored'],
    ])
    expect(failures(report, 'arch-dev')).toEqual([])
  })

  it('notices an archive of another size, and one under the sum of another', async () => {
    const sizes = { status: 200, headers: { 'content-length': '7' } }
    await using short = await aProxy(async ({ url }) => (isBlob(url) ? sizes : 'pass'))
    const { report } = await gatesWithoutTools(['--registry', short.url])
    expect(failures(report, 'homebrew-prod')[0]?.[1]).toContain('size_mismatch')

    await using other = await aProxy(async () => ({
      rewrite: (text) => text.replaceAll(/"checksum":"sha256:[0-9a-f]{4}/g, '"checksum":"sha256:ffff'),
    }))
    const { code, report: swapped } = await gatesWithoutTools(['--registry', other.url])
    expect(code).toBe(1)
    expect(failures(swapped, 'arch-prod')[0]?.[1]).toContain('digest_mismatch')
  })

  it('notices other bytes of the same size when it downloads them', async () => {
    const flipped = async ({ url }: IncomingMessage): Promise<Lie> =>
      isBlob(url) ? { rewriteBytes: (bytes) => bytes.fill(0, 0, 1) } : 'pass'
    await using proxy = await aProxy(flipped)
    expect((await gatesWithoutTools(['--registry', proxy.url])).code).toBe(0)
    const { code, report } = await gatesWithoutTools(['--registry', proxy.url, '--download'])
    expect(code).toBe(1)
    expect(failures(report, 'arch-prod')[0]?.[1]).toContain('digest_mismatch')
  })

  it('ends with 5 where the registry ceases to answer', async () => {
    await using proxy = await aProxy(async ({ url }) => (isBlob(url) ? { status: 503 } : 'pass'))
    const ended = await run('/', ['gates', '--registry', proxy.url], WITHOUT_TOOLS)
    expect([ended.code, ended.stderr]).toEqual([5, expect.stringContaining('does not answer any more')])
  })

  it('tells of a worker whose document cannot be had, and judges the others', async () => {
    await using proxy = await aProxy(async ({ url }) =>
      url?.includes('/v1/workers/premium-worker') ? { status: 404, body: '{}' } : 'pass',
    )
    const { code, report } = await gatesWithoutTools(['--registry', proxy.url])
    expect([code, report.summary.failed]).toEqual([1, 1])
    expect(report.unreadable).toMatchObject([{ worker: 'premium-worker' }])
    expect(report.summary.ok).toBeGreaterThan(5)
  })
})

describe('gates of a catalog', () => {
  it('judges what it holds without a registry, and with one what that serves', async () => {
    await using folder = await catalogFolder()
    await folder.commit()
    await folder.link((await programOnPath('git', process.env.PATH)) ?? '', 'bin/git')
    const onlyGit = { PATH: join(folder.path, 'bin') }
    const { code, report } = await gates(['catalog'], folder.path, onlyGit)
    expect([code, report.registry, report.workers]).toEqual([0, null, 2])
    expect(report.files.filter(({ format }) => format === 'arch-prod')).toSatisfy((files: GateOutcome[]) =>
      files.every((file) => file.status === 'not_applicable' && file.reason.code === 'no_binary'),
    )

    await folder.write({
      'catalog/plain/worker.toml':
        '[worker]\nid = "plain-worker"\nname = "A"\ndescription = "B"\nlicense = "MIT"\n[platforms]\nlinux = ["x86_64"]\n',
      'catalog/plain/Cargo.toml': '[package]\nname = "x"\nversion = "0.1.0"\n',
    })
    await folder.commit()
    const both = await gates(['--catalog', 'catalog', '--registry', catalog.url], folder.path, onlyGit)
    expect([both.code, both.report.workers]).toEqual([0, 3])
    expect(both.report.files).toContainEqual(
      expect.objectContaining({ address: 'plain-worker', format: 'arch-prod', status: 'ok' }),
    )
  })

  it('says what a folder without workers holds, and fails for none', async () => {
    await using folder = await TemporaryFolder.create()
    const missing = await run(folder.path, ['gates', 'nowhere'])
    expect(missing.code).toBe(1)
    expect(missing.stderr).toContain('catalog_unreadable')
  })
})

type Lie =
  | 'pass'
  | 'hang'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  | { readonly rewrite: (text: string) => string }
  | { readonly rewriteBytes: (bytes: Uint8Array) => Uint8Array }

const isBlob = (url: string | undefined) => url?.startsWith('/v1/blobs/') ?? false

/** A registry that tells the truth except where it is told to lie. */
async function aProxy(lie: (request: IncomingMessage) => Promise<Lie>) {
  const asked = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    void answer(request, response, lie).then((hangs) => {
      if (hangs) asked.resolve()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Settles when the first request is left without an answer. */
    asked: asked.promise,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  lie: (request: IncomingMessage) => Promise<Lie>,
): Promise<boolean> {
  const how = await lie(request)
  if (how === 'hang') return true
  if (how !== 'pass' && 'status' in how) {
    response.writeHead(how.status, { 'content-type': 'application/json', ...how.headers }).end(how.body)
    return false
  }
  const method = request.method ?? 'GET'
  const asItIs = { 'accept-encoding': 'identity' }
  const real = await fetch(catalog.url + (request.url ?? ''), { method, headers: asItIs })
  const bytes = new Uint8Array(await real.arrayBuffer())
  const headers = Object.fromEntries(
    [...real.headers].filter(([name]) => !['connection', 'keep-alive', 'transfer-encoding'].includes(name)),
  )
  const isText = headers['content-type']?.includes('json') ?? false
  const changed =
    how !== 'pass' && 'rewrite' in how && isText
      ? new TextEncoder().encode(how.rewrite(new TextDecoder().decode(bytes)))
      : how !== 'pass' && 'rewriteBytes' in how && method === 'GET'
        ? how.rewriteBytes(bytes)
        : bytes
  response.writeHead(real.status, headers).end(method === 'HEAD' ? undefined : changed)
  return false
}
