import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ERRORS, hostProfileSchema, releaseDocumentSchema, versionsDocumentSchema } from '@rbee/schema'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program } from '../commands/rbee-hive/index.ts'
import { EXIT } from '../program/exit-codes.ts'
import { runProgram } from '../program/run.ts'

const HOST = hostProfileSchema.parse({
  os: 'linux',
  arch: 'x86_64',
  libc: { name: 'glibc', version: '2.36' },
  cpu: { model: 'Test CPU', cores: 8, features: ['avx2'] },
  memory_bytes: 2 ** 34,
  disk_free_bytes: 2 ** 37,
  container: null,
  wsl: null,
  gpus: [],
})
const DISTRIBUTION = {
  type: 'hybrid',
  source_available: true,
  binary_available: true,
  requires_license: false,
}
const RELEASE = {
  worker: 'echo-worker',
  name: 'Echo',
  version: '1.0.0',
  published_at: '2026-01-01T00:00:00Z',
  prerelease: false,
  yanked: null,
  quarantined: null,
  source: 'community',
  distribution: DISTRIBUTION,
  license: 'MIT',
  binary_name: 'echo-worker',
  default_variant: 'cpu',
  platforms: [{ os: 'linux', arch: 'x86_64' }],
  variants: [
    {
      name: 'cpu',
      id: 'echo-worker-cpu',
      backend: 'cpu',
      priority: 10,
      requirements: { libc: 'glibc >=2.31', memory: '1 GiB', cpu_features: ['avx2'] },
      artifacts: [
        {
          platform: 'linux-x86_64',
          digest: `sha256:${'d'.repeat(64)}`,
          unpacked_size: 4000,
          archives: [
            {
              format: 'tar.gz',
              size: 5,
              checksum: `sha256:${'a'.repeat(64)}`,
              download_url: `/v1/blobs/sha256/${'a'.repeat(64)}`,
            },
          ],
        },
      ],
    },
  ],
  binary_sources: [],
  dependencies: { system: [], runtime: [] },
  capabilities: { supported_formats: ['gguf'] },
  selftest: { command: ['bin/echo-worker', '--self-test'], timeout_seconds: 5 },
  run: { command: ['bin/echo-worker'], port_flag: '--port', health_path: '/health' },
  git: null,
}
const VERSIONS = {
  worker: 'echo-worker',
  latest: '1.0.0',
  versions: ['1.0.0'],
  releases: [
    {
      version: '1.0.0',
      published_at: '2026-01-01T00:00:00Z',
      prerelease: false,
      yanked: null,
      quarantined: null,
      distribution: DISTRIBUTION,
      platforms: ['linux-x86_64'],
      url: '/v1/workers/echo-worker/1.0.0',
    },
  ],
}

/** What the registry answers the next calls with. */
interface Lie {
  readonly status: number
  readonly type: string
  readonly body: string
  /** Of archives. */
  readonly bytes: Uint8Array
  readonly archiveStatus: number
}

let server: Server
let registry: string
let folder: string
let lie: Lie

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-lied-to-'))
  await writeFile(join(folder, 'host.json'), JSON.stringify(HOST))
  server = createServer((request, response) => {
    if (request.url?.startsWith('/v1/tuf/')) return response.writeHead(404).end()
    const isArchive = request.url?.startsWith('/v1/blobs/') ?? false
    const isList = request.url?.endsWith('/versions') ?? false
    if (isArchive) return response.writeHead(lie.archiveStatus).end(lie.bytes)
    response.writeHead(lie.status, { 'content-type': lie.type })
    return response.end(isList ? JSON.stringify(VERSIONS) : lie.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  registry = `http://127.0.0.1:${address.port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await rm(folder, { recursive: true, force: true })
})

async function hive(...args: string[]) {
  let stdout = ''
  let stderr = ''
  const exitCode = await runProgram(program, {
    // What an operator's server says wrongly would be signed; who lies on the way is tried beside `verifiedClient`.
    argv: [...args, '--allow-unsigned', '--registry', registry, '--home', join(folder, 'home')],
    program: ['rbee-hive'],
    env: { PATH: process.env.PATH },
    cwd: folder,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text), isTTY: false, columns: () => 80 },
    clock: Date.now,
    version: '0.0.0',
    signal: new AbortController().signal,
  })
  return { stdout, stderr, exitCode }
}

const hostileText = fc.oneof(
  fc.constantFrom(
    '../../x',
    '/etc/passwd',
    'a\0b',
    '\u001b]0;x\u0007',
    '\u009b2J',
    'http://[',
    'file:///x',
    '',
  ),
  fc.constantFrom(
    'http://user:pw@127.0.0.1:9/',
    '//evil.example/x',
    '\\\\x\\y',
    '-x',
    '__proto__',
    'x'.repeat(5000),
  ),
  fc.constantFrom(
    '1.0.0',
    'cpu',
    'cuda',
    '\ud800',
    '\u202e',
    'javascript:x',
    'data:,x',
    'http://127.0.0.1:1x',
  ),
  fc.string({ unit: 'binary' }),
)
const hostileValue = fc.oneof(
  hostileText,
  hostileText,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(-1, 0, 1.5, 1e308, Number.MAX_SAFE_INTEGER, null, [], {}, undefined, true),
)

type Path = readonly (string | number)[]

/** Where values stand in a document, itself left out. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))
  return path.length === 0 ? inner : [path, ...inner]
}

function withValueAt(value: unknown, [key, ...rest]: Path, put: unknown): unknown {
  if (key === undefined) return put
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === key ? withValueAt(item, rest, put) : item))
  if (typeof value !== 'object' || value === null) return value
  return { ...value, [key]: withValueAt(Reflect.get(value, key), rest, put) }
}

const changed = fc
  .array(fc.tuple(fc.constantFrom(...pathsIn(RELEASE)), hostileValue), { minLength: 1, maxLength: 2 })
  .map((changes) =>
    changes.reduce<unknown>((document, [path, put]) => withValueAt(document, path, put), RELEASE),
  )
const body = fc.oneof(
  { weight: 6, arbitrary: changed.map((document) => JSON.stringify(document)) },
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc
    .record({ code: fc.constantFrom(...Object.keys(ERRORS)), detail: hostileText, next: hostileText })
    .map((problem) => JSON.stringify({ type: 'x', title: 'x', status: 400, error: 'x', ...problem })),
)
// Answers that are asked for again after a pause are tested where pauses are.
const lies = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 404, 400, 204, 418),
  type: fc.constantFrom('application/json', 'application/problem+json', 'text/html', ''),
  body,
  bytes: fc.uint8Array({ minLength: 5, maxLength: 5 }).map((bytes) => new Uint8Array(bytes)),
  archiveStatus: fc.constantFrom(200, 404, 301),
})

/** What a terminal would obey beside the ends of lines and columns. */
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

async function expectBearable(args: readonly string[], told: Lie) {
  lie = told
  const { stdout, stderr, exitCode } = await hive(...args)
  expect(stderr).not.toContain('defect')
  expect(stdout + stderr).not.toMatch(OBEYED)
  // A plan is an answer, also where nothing can be installed.
  if (![0, EXIT.nothingFits, EXIT.refused].includes(exitCode)) expect(stderr).toMatch(/^error: /m)
  return exitCode
}

describe('a registry that lies', () => {
  it('would be believed if it told the truth', async () => {
    expect(releaseDocumentSchema.safeParse(RELEASE).error).toBeUndefined()
    expect(versionsDocumentSchema.safeParse(VERSIONS).error).toBeUndefined()
    lie = {
      status: 200,
      type: 'application/json',
      body: JSON.stringify(RELEASE),
      bytes: new Uint8Array(5),
      archiveStatus: 200,
    }
    expect(await hive('info', 'echo-worker')).toMatchObject({ exitCode: 0 })
    const install = await hive('install', 'echo-worker', '--auto', '--host-profile', 'host.json')
    expect(install.stderr).toMatch(/^error: .*\((?:digest_mismatch|archive_invalid)\)$/m)
  })

  it('gets no command to fail without a code or to write what a terminal obeys', async () => {
    await fc.assert(
      fc.asyncProperty(lies, async (told) => {
        await expectBearable(['info', 'echo-worker'], told)
        await expectBearable(['install', 'echo-worker', '--dry-run', '--host-profile', 'host.json'], told)
      }),
      { numRuns: 150 },
    )
  })

  it('gets nothing installed', async () => {
    await fc.assert(
      fc.asyncProperty(lies, async (told) => {
        const args = ['install', 'echo-worker', '--auto', '--host-profile', 'host.json']
        expect(await expectBearable(args, told)).not.toBe(0)
        expect(await readdir(join(folder, 'home', 'staging'))).toEqual([])
        expect(existsSync(join(folder, 'home', 'workers'))).toBe(false)
        expect(await readdir(folder)).toHaveLength(2)
      }),
      { numRuns: 60 },
    )
  })
})
