import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type RunningServer, startServer } from '@rbee/catalog/node'
import { parseEnvelope, readHistory, verifyArtifact } from '@rbee/provenance'
import { digestSchema, releaseDocumentSchema, workerKeysSchema } from '@rbee/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program as catalogProgram } from '../../commands/rbee-catalog/index.ts'
import { program } from '../../commands/rbee-publish/index.ts'
import { runProgram } from '../../program/run.ts'

const TOKEN = `rbee_op_${'0123456789abcdef'.repeat(4)}`

let server: RunningServer
let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'rbee-signing-server-'))
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
let counter = 0
/** A worker of its own for each test. */
let id: string
beforeEach(async () => {
  counter += 1
  id = `signed-worker-${counter}`
  folder = await mkdtemp(join(tmpdir(), 'rbee-signing-'))
  await mkdir(join(folder, 'dist/bin'), { recursive: true })
  await writeFile(join(folder, 'dist/bin', id), '#!/bin/sh\n')
  await chmod(join(folder, 'dist/bin', id), 0o755)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function run(
  args: readonly string[],
  env: Record<string, string> = {},
  which = program,
): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  const code = await runProgram(which, {
    argv: args,
    program: [which.name],
    env: { PATH: process.env.PATH, RBEE_REGISTRY: server.url, RBEE_TOKEN: TOKEN, ...env },
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
    signal: new AbortController().signal,
    clock: Date.now,
    version: '0.0.0',
  })
  return { code, stdout, stderr }
}

const KEY = 'publisher.key'
const publishArgs = (version: string, ...more: string[]) => [
  '--name',
  id,
  '--version',
  version,
  '--license',
  'MIT',
  '--artifact',
  'linux-x86_64=dist',
  '--compression',
  'fast',
  ...more,
]
const signed = (version: string, ...more: string[]) => publishArgs(version, '--sign', '--key', KEY, ...more)
const newKey = async (file = KEY) => {
  const { code, stdout } = await run(['key', 'new', '--out', file, '--json'])
  expect(code).toBe(0)
  return JSON.parse(stdout).key_id as string
}
const key = (...args: string[]) => run(['key', ...args])
const served = async (path: string) => (await fetch(server.url + path)).json()
const keysOf = async () => workerKeysSchema.parse(await served(`/v1/workers/${id}/keys`))
const releaseOf = async (version: string) =>
  releaseDocumentSchema.parse(await served(`/v1/workers/${id}/${version}`))
const git = (...args: string[]) =>
  promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: folder })

describe('rbee-publish --sign', () => {
  it('binds the key with the first release, and shows who made what from which commit', async () => {
    const keyId = await newKey()
    await git('init', '-q', '-b', 'main')
    await git('remote', 'add', 'origin', 'https://secret@git.example/me/worker.git')
    await writeFile(join(folder, '.gitignore'), '*.key\n')
    await git('add', '.')
    await git('commit', '-q', '-m', 'worker')
    const commit = (await git('rev-parse', 'HEAD')).stdout.trim()
    const { code, stdout, stderr } = await run(signed('1.0.0', '--json'))
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const result = JSON.parse(stdout)
    expect(result.signing).toMatchObject({
      key: { key_id: keyId },
      binds_key: true,
      source: {
        repository: 'https://git.example/me/worker.git',
        ref: 'refs/heads/main',
        commit,
        changed: false,
      },
    })

    const { variants, release, version } = await releaseOf('1.0.0')
    const [variant] = variants
    const [artifact] = variant?.artifacts ?? []
    const provenance = artifact?.provenance
    if (!variant || !artifact || !provenance) throw new Error('no provenance')
    const answer = await fetch(server.url + provenance.url)
    expect(answer.headers.get('content-type')).toBe('application/vnd.dsse.envelope.v1+json')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    const keys = await keysOf()
    const subject = { worker: keys.worker, version, platform: artifact.platform, variant: variant.name }
    const verdict = verifyArtifact(
      {
        subject: { ...subject, digest: digestSchema.parse(artifact.digest) },
        release,
        attachedAt: provenance.attached_at,
      },
      parseEnvelope(new Uint8Array(await answer.arrayBuffer())),
      readHistory(keys.worker, keys.history),
    )
    expect(verdict).toMatchObject({
      ok: true,
      provenance: { source: { commit }, builtHere: false, builder: expect.stringContaining('local-machine') },
    })
  })

  it('goes on where a run was cut off, and changes nothing the second time', async () => {
    await newKey()
    // As a run leaves it that ended after its first step.
    expect((await run(publishArgs('1.0.0'))).code).toBe(0)
    const refused = await run(signed('1.0.0'))
    expect(refused.code).toBe(4)
    expect(refused.stderr).toContain(`rbee-publish key bind ${id}`)
    expect((await key('bind', id, '--key', KEY)).code).toBe(0)
    expect(JSON.parse((await run(signed('1.0.0', '--json'))).stdout).status).toBe('unchanged')
    const before = await releaseOf('1.0.0')
    expect(before.variants[0]?.artifacts[0]?.provenance).not.toBeNull()
    expect((await run(signed('1.0.0'))).stdout).toContain('nothing to do')
    expect((await run(publishArgs('1.0.0'))).code).toBe(4)
    expect(await releaseOf('1.0.0')).toEqual(before)
  })

  it('is asked for before anything is built or sent once the worker has a key', async () => {
    await newKey()
    await run(signed('1.0.0'))
    for (const more of [[], ['--dry-run']]) {
      const { code, stderr } = await run(publishArgs('1.1.0', ...more))
      expect(code).toBe(4)
      expect(stderr).toContain(`${id} takes signed releases only`)
      expect(stderr).toContain('--sign')
      expect(stderr).not.toContain('packing')
    }
    expect((await run(signed('1.1.0'))).code).toBe(0)
  })

  it('refuses a key that is not bound, and one that is not any more', async () => {
    const first = await newKey()
    await run(signed('1.0.0'))
    await newKey('second.key')
    const other = await run(publishArgs('1.1.0', '--sign', '--key', 'second.key'))
    expect(other.code).toBe(4)
    expect(other.stderr).toContain('rbee-publish key add')
    expect((await key('rotate', id, '--key', KEY, '--new', 'second.key')).code).toBe(0)
    const { code, stderr } = await run(signed('1.1.0'))
    expect(code).toBe(4)
    expect(stderr).toContain(`the key ${first} was revoked`)
    expect((await run(publishArgs('1.1.0', '--sign', '--key', 'second.key'))).code).toBe(0)
  })

  it('says in a plan what it would sign', async () => {
    const keyId = await newKey()
    const plan = JSON.parse((await run(signed('1.0.0', '--dry-run', '--json'))).stdout)
    expect(plan.signing).toMatchObject({ key: { key_id: keyId }, binds_key: true, source: { commit: null } })
    expect(plan.warnings.map(({ code }: { code: string }) => code)).toContain('source_unknown')
    const people = await run(signed('1.0.0', '--dry-run'))
    expect(people.stdout).toContain(`signed by key ${keyId}, which is bound to the worker with this release`)
    const away = await run(signed('1.0.0', '--dry-run', '--json'), { RBEE_REGISTRY: 'http://127.0.0.1:1' })
    expect(JSON.parse(away.stdout).signing.binds_key).toBeNull()
    expect((await fetch(`${server.url}/v1/workers/${id}`)).status).toBe(404)
  })

  it('says that files differ from the commit', async () => {
    await newKey()
    await git('init', '-q', '-b', 'main')
    const unborn = JSON.parse((await run(signed('1.0.0', '--dry-run', '--json'))).stdout)
    expect(unborn.signing.source.commit).toBeNull()
    await git('add', '.')
    await git('commit', '-q', '-m', 'worker')
    await writeFile(join(folder, 'dist/bin', id), '#!/bin/sh\necho other\n')
    const plan = JSON.parse((await run(signed('1.0.0', '--dry-run', '--json'))).stdout)
    expect(plan.signing.source.changed).toBe(true)
    expect(plan.warnings.map(({ code }: { code: string }) => code)).toContain('uncommitted_changes')
  })

  it('names the run of a workflow, and takes the key from its secret', async () => {
    await newKey()
    const env = {
      RBEE_PUBLISH_KEY: await readFile(join(folder, KEY), 'utf8'),
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_REPOSITORY: 'me/worker',
      GITHUB_RUN_ID: '42',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_WORKFLOW_REF: 'me/worker/.github/workflows/publish.yml@refs/tags/v1',
    }
    // Without a token of its own a run may publish, and bind no key.
    const bare = await run(publishArgs('1.0.0', '--sign', '--dry-run'), { ...env, RBEE_TOKEN: '' })
    expect(bare.stderr).toContain(`rbee-publish key bind ${id}`)
    const { stdout } = await run(publishArgs('1.0.0', '--sign', '--json'), env)
    expect(JSON.parse(stdout).signing).toMatchObject({
      builder: 'https://github.example/me/worker/.github/workflows/publish.yml@refs/tags/v1',
      invocation: 'https://github.example/me/worker/actions/runs/42/attempts/2',
    })
  })
})

describe('rbee-publish key', () => {
  it('makes a key that only its owner can read, and never replaces one', async () => {
    const keyId = await newKey()
    if (process.platform !== 'win32') expect((await stat(join(folder, KEY))).mode & 0o777).toBe(0o600)
    const text = await readFile(join(folder, KEY), 'utf8')
    const again = await key('new', '--out', KEY)
    expect(again.code).toBe(1)
    expect(await readFile(join(folder, KEY), 'utf8')).toBe(text)
    const shown = await key('show', '--key', KEY)
    expect(shown.stdout).toContain(keyId)
    expect(shown.stdout + shown.stderr).not.toContain(text.split('\n')[1])
  })

  it.runIf(process.platform !== 'win32')('refuses a key that others can read', async () => {
    await newKey()
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(join(folder, KEY), mode)
      const { code, stderr } = await key('show', '--key', KEY)
      expect(code).toBe(4)
      expect(stderr).toContain('chmod 600')
    }
  })

  it('says what is missing', async () => {
    const { code, stderr } = await key('show', '--key', 'nowhere.key')
    expect(code).toBe(1)
    expect(stderr).toContain('rbee-publish key new')
    await writeFile(join(folder, 'odd.key'), 'no key', { mode: 0o600 })
    expect((await key('show', '--key', 'odd.key')).stderr).toContain('holds no secret key')
    expect((await key('bind', id, '--key', 'odd.key')).code).toBe(1)
    await newKey()
    expect((await key('bind', id, '--key', KEY)).stderr).toContain('rbee-publish DIR --sign')
  })

  it('keeps a spare key, and revokes a stolen one with it', async () => {
    const stolen = await newKey()
    await run(signed('1.0.0'))
    const spare = await newKey('safe.key')
    expect((await key('add', id, '--new', 'safe.key', '--key', KEY)).code).toBe(0)
    expect((await key('add', id, '--new', 'safe.key', '--key', KEY)).stdout).toContain('nothing to do')
    const revoke = ['revoke', id, stolen.slice(0, 8), '--reason', 'stolen', '--key', 'safe.key']
    expect((await key(...revoke)).stdout).toContain('revoked')
    expect((await key(...revoke)).stdout).toContain('nothing to do')
    const listed = JSON.parse((await key('list', id, '--json')).stdout)
    expect(listed.keys).toMatchObject([
      { key_id: stolen, status: 'revoked', reason: 'stolen' },
      { key_id: spare, status: 'valid' },
    ])
    const refused = await key('revoke', id, spare, '--reason', 'x', '--key', KEY)
    expect(refused.code).toBe(4)
    expect((await key('revoke', id, 'ffffffff', '--reason', 'x', '--key', 'safe.key')).code).toBe(4)
    expect((await key('revoke', id, 'ff', '--reason', 'x', '--key', 'safe.key')).code).toBe(2)
  })

  it('is helped by an operator where it is lost', async () => {
    await newKey()
    await run(signed('1.0.0'))
    await newKey('new.key')
    const shown = JSON.parse((await key('show', '--key', 'new.key', '--json')).stdout)
    const reset = [
      'worker-keys',
      'reset',
      id,
      '--reason',
      'the laptop broke',
      '--public-key',
      shown.public_key,
    ]
    const publisher = { RBEE_TOKEN: 'rbee_pub_x' }
    expect((await run(reset, publisher, catalogProgram)).code).toBe(2)
    const odd = [...reset.slice(0, -1), 'AAAA']
    expect((await run(odd, {}, catalogProgram)).stderr).toContain('32 bytes')
    const done = await run(reset, {}, catalogProgram)
    expect(done).toMatchObject({ code: 0 })
    expect((await keysOf()).keys.map(({ status }) => status)).toEqual(['revoked', 'valid'])
    expect((await run(publishArgs('1.1.0', '--sign', '--key', 'new.key'))).code).toBe(0)
  })
})
