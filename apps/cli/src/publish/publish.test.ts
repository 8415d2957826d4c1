import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningServer, startServer } from '@rbee/catalog/node'
import { type ReleaseDocument, releaseDocumentSchema } from '@rbee/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { program } from '../commands/rbee-publish/index.ts'
import { runProgram } from '../program/run.ts'
import { hostPlatform } from './host-platform.ts'

const ENTRY = fileURLToPath(new URL('../../bin/rbee-publish.js', import.meta.url))
const TOKEN = `rbee_op_${'0123456789abcdef'.repeat(4)}`
const HOST = hostPlatform(process) ?? 'linux-x86_64'
const OTHER = HOST === 'linux-x86_64' ? 'linux-aarch64' : 'linux-x86_64'

let server: RunningServer
let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rbee-publish-server-'))
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir: data,
    operatorToken: TOKEN,
    log: { info: () => {}, error: () => {} },
    clock: Date.now,
    randomBytes: (length) => randomBytes(length),
  })
})
afterAll(async () => {
  await server.close()
  await rm(data, { recursive: true, force: true })
})

let folder: string
let temporary: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-publish-worker-'))
  temporary = join(folder, 'temporary')
  await mkdir(temporary)
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  // Whatever happened, the program leaves nothing behind on this machine.
  expect(await readdir(temporary)).toEqual([])
  await rm(folder, { recursive: true, force: true })
})

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const environment = (more: Record<string, string> = {}) => ({
  PATH: process.env.PATH,
  TMPDIR: temporary,
  RBEE_REGISTRY: server.url,
  RBEE_TOKEN: TOKEN,
  ...more,
})

/** Runs the program in this process, as its entry does. */
async function runWith(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  const code = await runProgram(program, {
    argv: args,
    program: ['rbee-publish'],
    env: environment(env),
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

const run = (...args: string[]) => runWith(args)

/** Starts the program as an author does. */
function start(args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    cwd: folder,
    env: environment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const finished = (async (): Promise<Outcome> => {
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, stdout, stderr }
  })()
  return { child, finished }
}

async function runJson(...args: string[]) {
  const outcome = await run(...args, '--json')
  if (outcome.stdout === '') throw new Error(outcome.stderr)
  return { ...outcome, value: JSON.parse(outcome.stdout) }
}

async function write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, contents] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, contents)
    await chmod(path, name.includes('bin/') ? 0o755 : 0o644)
  }
}

const SELF_TEST = '[selftest]\ncommand = ["bin/tool", "--self-test"]\n'

/** A worker of this name, whose build copies a shell script. Each test has its own. */
function worker(id: string, more: { manifest?: string; build?: string; program?: string } = {}) {
  const build = more.build ?? 'mkdir -p "$RBEE_OUTPUT/bin"\ncp tool.sh "$RBEE_OUTPUT/bin/tool"\n'
  return write({
    'worker.toml': `[worker]
id = "${id}"
name = "Tool"
description = "Does what tests ask for."
license = "MIT"
binary_name = "tool"
[build]
features = ["cpu", "cuda"]
command = ["sh", "build.sh"]
[platforms]
linux = ["x86_64", "aarch64"]
macos = ["x86_64", "aarch64"]
${more.manifest ?? SELF_TEST}`,
    'package.json': '{"version": "1.0.0"}',
    'README.md': '# Tool\n',
    LICENSE: 'MIT License\n',
    'build.sh': build,
    'bin/tool.sh': '',
  }).then(async () => {
    await rm(join(folder, 'bin'), { recursive: true })
    await writeFile(join(folder, 'tool.sh'), more.program ?? '#!/bin/sh\necho ready\n')
    await chmod(join(folder, 'tool.sh'), 0o755)
  })
}

/** What the registry serves of a release; null where it has none. */
async function release(id: string, version = '1.0.0'): Promise<ReleaseDocument | null> {
  const answer = await fetch(`${server.url}/v1/workers/${id}/${version}`)
  if (answer.status === 404) return null
  return releaseDocumentSchema.parse(await answer.json())
}

describe('a worker that is built here', () => {
  it('is built, proven, packed and published, and installable bytes come back', async () => {
    await worker('built-worker')
    const { code, stdout, stderr } = await start(['--json']).finished
    expect(stderr).toContain('running the self-test of built-worker')
    const value = JSON.parse(stdout)
    expect({ code, status: value.status }).toEqual({ code: 0, status: 'published' })
    const document = await release('built-worker')
    const published = document?.variants.find(({ name }) => name === 'cpu')?.artifacts[0]
    expect(published).toMatchObject({ platform: HOST, digest: value.artifacts[0].digest })
    for (const archive of published?.archives ?? []) {
      const answer = await fetch(server.url + archive.download_url)
      expect(answer.status).toBe(200)
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(archive.checksum)
    }
  })

  it('is left alone when it is published again', async () => {
    await worker('same-worker')
    expect((await runJson()).value.status).toBe('published')
    const again = await runJson('--compression', 'fast')
    expect(again.code).toBe(0)
    expect(again.value.status).toBe('unchanged')
    expect(again.stderr).not.toContain('packing')
    const people = await run()
    expect(people.stdout).toContain('same-worker 1.0.0 is published already, nothing to do')
  })

  it('is a conflict when its bytes changed and its version did not', async () => {
    await worker('changed-worker')
    await run()
    await writeFile(join(folder, 'tool.sh'), '#!/bin/sh\necho changed\n')
    const plan = await run()
    expect(plan.code).toBe(1)
    expect(plan.stderr).toContain('version_conflict')
    expect(plan.stderr).toContain('publish under a new version')
    expect((await runJson('--version', '1.0.1')).value.status).toBe('published')
  })

  it('is a conflict when only its manifest changed', async () => {
    await worker('described-worker')
    await run()
    await worker('described-worker', { manifest: `${SELF_TEST}[deprecation]\nmessage = "gone"\n` })
    const { code, stderr } = await run()
    expect(code).toBe(1)
    expect(stderr).toContain('version_conflict')
  })

  it('is not published when its build fails; the end of the output says why', async () => {
    await worker('broken-build', { build: 'echo "no rule to make target" >&2\nexit 2\n' })
    const { code, stderr } = await run()
    expect(code).toBe(1)
    expect(stderr).toContain('no rule to make target')
    expect(stderr).toContain('build_failed')
    expect(await release('broken-build')).toBeNull()
  })

  it('is not published when the build leaves no program', async () => {
    await worker('no-program', { build: 'mkdir -p "$RBEE_OUTPUT/bin"\n' })
    const { code, stderr } = await run()
    expect({ code, named: stderr.includes('bin/tool') }).toEqual({ code: 1, named: true })
  })

  it('is not published when it fails its self-test, unless the author says so', async () => {
    await worker('failing-worker', { program: '#!/bin/sh\necho "model is missing" >&2\nexit 7\n' })
    const { code, stderr } = await run()
    expect(code).toBe(6)
    expect(stderr).toContain('model is missing')
    expect(await release('failing-worker')).toBeNull()
    expect((await runJson('--skip-selftest')).value.status).toBe('published')
  })
})

describe('a dry run', () => {
  it('prints the plan, builds nothing and changes nothing', async () => {
    await worker('planned-worker', { build: 'touch built\n' })
    const { code, value } = await runJson('--dry-run', '--variant', 'cpu', '--variant', 'cuda')
    expect(code).toBe(0)
    expect(value).toMatchObject({
      worker: 'planned-worker',
      version: '1.0.0',
      license: 'MIT',
      release: 'absent',
      artifacts: [
        { platform: HOST, variant: 'cpu', origin: 'build', command: ['sh', 'build.sh'], digest: null },
        { platform: HOST, variant: 'cuda', origin: 'build' },
      ],
      warnings: [{ code: 'platform_without_artifact' }],
    })
    expect(await readdir(folder)).not.toContain('built')
    expect(await release('planned-worker')).toBeNull()
  })

  it('says what the registry has, and fails when publishing would', async () => {
    await worker('compared-worker')
    await write({ 'dist/bin/tool': 'one' })
    const artifact = ['--artifact', `${HOST}=dist`]
    expect((await runJson('--dry-run', ...artifact)).value.release).toBe('absent')
    const { value } = await runJson(...artifact)
    const same = await runJson('--dry-run', ...artifact)
    expect(same.value).toMatchObject({
      release: 'identical',
      artifacts: [{ digest: value.artifacts[0].digest, published_digest: value.artifacts[0].digest }],
    })
    await write({ 'dist/bin/tool': 'two' })
    const other = await runJson('--dry-run', ...artifact)
    expect({ code: other.code, release: other.value.release }).toEqual({ code: 1, release: 'different' })
  })

  it('needs neither a registry nor a token', async () => {
    await worker('offline-worker')
    const args = ['--dry-run', '--json']
    const { code, stdout } = await runWith(args, { RBEE_REGISTRY: 'http://127.0.0.1:9', RBEE_TOKEN: '' })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      release: 'unknown',
      warnings: expect.arrayContaining([expect.objectContaining({ code: 'registry_unreachable' })]),
    })
  })
})

describe('artifacts that are given', () => {
  it('bring their own licence', async () => {
    await worker('licensed-worker')
    await write({ 'dist/bin/tool': 'x', 'bare/bin/tool': 'x' })
    await rm(join(folder, 'LICENSE'), { force: true })
    const warned = async (path: string) => {
      const { value } = await runJson('--dry-run', '--artifact', `${HOST}=${path}`)
      return value.warnings.map(({ code }: { code: string }) => code)
    }
    expect(await warned('bare')).toContain('no_license_file')
    await write({ 'dist/LICENSE': 'MIT' })
    expect(await warned('dist')).not.toContain('no_license_file')
  })

  it('are published for their platform and variant, without a build and with the texts that they lack', async () => {
    await worker('given-worker', { build: 'exit 1\n' })
    await write({ 'cpu/bin/tool': 'cpu', 'cuda/bin/tool': 'cuda', 'cuda/LICENSE': 'another' })
    const args = ['--artifact', `${OTHER}=cpu`, '--artifact', `${OTHER}/cuda=cuda`]
    const { value } = await runJson(...args)
    expect(
      value.artifacts.map((one: { platform: string; variant: string }) => `${one.platform}/${one.variant}`),
    ).toEqual([`${OTHER}/cpu`, `${OTHER}/cuda`])
    const plan = await runJson('--dry-run', ...args)
    // Program and its folder, LICENSE, README.md and metadata.json.
    expect(plan.value.artifacts.map((one: { entries: number }) => one.entries)).toEqual([5, 5])
  })

  it('need no worker.toml', async () => {
    await write({ 'dist/bin/plain-worker': 'x' })
    const args = ['--name', 'plain-worker', '--version', '0.1.0', '--license', 'Proprietary']
    const { code, value } = await runJson(...args, '--platforms', HOST, '--artifact', `${HOST}/cuda=dist`)
    expect({ code, status: value.status }).toEqual({ code: 0, status: 'published' })
    expect(await release('plain-worker', '0.1.0')).toMatchObject({
      license: 'Proprietary',
      default_variant: 'cuda',
    })
  })

  it('are refused without their program, and with a program that cannot be run', async () => {
    await worker('lacking-worker')
    await write({ 'dist/bin/other': 'x' })
    const missing = await run('--artifact', `${HOST}=dist`)
    expect({ code: missing.code, named: missing.stderr.includes('dist/bin/tool does not exist') }).toEqual({
      code: 1,
      named: true,
    })
    await write({ 'dist/bin/tool': 'x' })
    await chmod(join(folder, 'dist/bin/tool'), 0o644)
    expect((await run('--artifact', `${HOST}=dist`)).stderr).toContain('chmod +x')
    expect((await run('--artifact', `${HOST}=nowhere`)).code).toBe(1)
  })

  it.each([
    ['a name that climbs', ['--name', '../../etc/passwd'], 2],
    ['a name that is a command', ['--name', '$(reboot)'], 2],
    ['a reserved name', ['--name', 'cpu'], 2],
    ['a version that is none', ['--version', '1.0'], 2],
    ['a licence that is none', ['--license', 'Free for all'], 2],
    ['an unknown platform', ['--platforms', 'plan9-mips'], 2],
    ['an artifact without a path', ['--artifact', 'linux-x86_64'], 2],
    ['an unknown compression', ['--compression', 'extreme'], 2],
    ['a variant that the manifest lacks', ['--variant', 'rocm'], 2],
    ['a platform that the manifest lacks', ['--artifact', 'windows-x86_64=dist'], 1],
    ['a folder that does not exist', ['nowhere'], 1],
  ])('refuse %s', async (_, args, code) => {
    await worker('hostile-worker')
    const outcome = await run('--dry-run', ...args)
    expect(outcome).toMatchObject({ code, stdout: '' })
    expect(outcome.stderr).toMatch(/^error: /m)
    expect(outcome.stderr).not.toContain('defect')
  })
})

it('stops before it builds when there is no token, and refuses a wrong one', async () => {
  await worker('token-worker', {
    build: 'touch built\nmkdir -p $RBEE_OUTPUT/bin\ncp tool.sh $RBEE_OUTPUT/bin/tool\n',
  })
  const without = await runWith([], { RBEE_TOKEN: '' })
  expect({ code: without.code, named: without.stderr.includes('RBEE_TOKEN') }).toEqual({
    code: 2,
    named: true,
  })
  expect(await readdir(folder)).not.toContain('built')
  const wrong = `rbee_pub_${'0'.repeat(64)}`
  const refused = await runWith([], { RBEE_TOKEN: wrong })
  expect(refused.stderr).toContain('token_invalid')
  expect(refused.stderr + refused.stdout).not.toContain(wrong)
})

describe('an upload that is cut off', () => {
  let proxy: Server | null = null
  afterEach(async () => {
    if (proxy === null) return
    proxy.closeAllConnections()
    proxy.close()
    await once(proxy, 'close')
    proxy = null
  })

  /** A line to the registry that notes the parts which went over it. */
  async function openLine(onPart: () => void): Promise<{ url: string; sent: string[] }> {
    const sent: string[] = []
    const line = createServer((incoming, outgoing) => {
      const part = /\/parts\/(\d+)$/.exec(incoming.url ?? '')?.[1]
      const options = { method: incoming.method, headers: incoming.headers }
      const forward = httpRequest(server.url + incoming.url, options, (answer) => {
        if (part !== undefined && answer.statusCode === 200) {
          sent.push(`part ${part} of ${incoming.headers['content-length']} bytes`)
          onPart()
        }
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      })
      forward.on('error', () => outgoing.destroy())
      incoming.on('error', () => forward.destroy())
      incoming.pipe(forward)
    })
    line.listen(0, '127.0.0.1')
    await once(line, 'listening')
    proxy = line
    return { url: `http://127.0.0.1:${(line.address() as AddressInfo).port}`, sent }
  }

  it('is taken up where it stopped, and nothing half-done is seen meanwhile', async () => {
    await worker('large-worker')
    await write({ 'dist/bin/tool': randomBytes(20 * 2 ** 20) })
    const args = ['--artifact', `${HOST}=dist`, '--json', '--compression', 'fast']
    const line = await openLine(() => first.child.kill('SIGINT'))
    const first = start(args, { RBEE_REGISTRY: line.url })
    const outcome = await first.finished
    expect(outcome.code).toBe(130)
    expect(outcome.stdout).toContain('"interrupted"')
    expect(await release('large-worker')).toBeNull()
    const before = line.sent.splice(0)
    expect(before).toContain(`part 1 of ${16 * 2 ** 20} bytes`)

    const resumed = await start(args, { RBEE_REGISTRY: line.url }).finished
    expect(resumed.stderr).toMatch(/going on: [12] of 2 parts are there/)
    expect(JSON.parse(resumed.stdout).status).toBe('published')
    expect(await release('large-worker')).not.toBeNull()
    // Two archives of two parts, each sent once.
    expect(before.length + line.sent.length).toBe(4)
  })
})
