import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program as hiveProgram } from '../../commands/rbee-hive/index.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { runProgram } from '../../program/run.ts'
import { HOST_ARCH, HOST_OS, program, startCatalog, type TestCatalog } from '../e2e/catalog.ts'
import { honest, type Lie, type LyingProxy, lyingProxy } from './testing/lying-proxy.ts'

const HOUR_MS = 3_600_000
const HOST = {
  os: HOST_OS,
  arch: HOST_ARCH,
  libc: { name: 'glibc', version: '2.36' },
  cpu: { model: 'Test CPU', cores: 8, features: ['avx2'] },
  memory_bytes: 2 ** 34,
  disk_free_bytes: 2 ** 37,
  container: null,
  wsl: null,
  gpus: [],
}

let catalog: TestCatalog
let proxy: LyingProxy
let folder: string
let homes = 0
let home: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-trust-'))
  await writeFile(join(folder, 'host.json'), JSON.stringify(HOST))
  catalog = await startCatalog()
  proxy = await lyingProxy(catalog.url)
  await publish('echo-worker', '1.0.0')
  await publish('other-worker', '1.0.0')
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(() => {
  homes += 1
  home = join(folder, `home-${homes}`)
})

const publish = (id: string, version: string) =>
  catalog.publish({ id, version, variants: { cpu: program(id, 'exit 0') } })

async function hive(
  args: readonly string[],
  { clock = Date.now, ask }: { clock?: () => number; ask?: (question: string) => Promise<string> } = {},
) {
  let stdout = ''
  let stderr = ''
  const exitCode = await runProgram(hiveProgram, {
    argv: [...args, '--home', home],
    program: ['rbee-hive'],
    env: { PATH: process.env.PATH },
    cwd: folder,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text), isTTY: false, columns: () => 80 },
    clock,
    version: '0.0.0',
    signal: new AbortController().signal,
    ...(ask === undefined ? {} : { ask }),
  })
  const code = /^error: .*\(([a-z_]+)\)$/m.exec(stderr)?.[1] ?? 'done'
  return { stdout, stderr, exitCode, code }
}

const plan = (registry: string, address = 'echo-worker', ...more: string[]) =>
  hive(['install', address, '--dry-run', '--host-profile', 'host.json', '--registry', registry, ...more])
const install = (registry: string, options?: Parameters<typeof hive>[1]) =>
  hive(['install', 'echo-worker', '--host-profile', 'host.json', '--registry', registry], options)
/** As `plan`, and what is trusted is remembered. */
const look = (registry: string) => hive(['info', 'echo-worker', '--registry', registry])
const outcome = ({ exitCode, code }: { exitCode: number; code: string }) => ({ exitCode, code })
const refusedWith = (code: string) => ({ exitCode: EXIT.refused, code })
const installedVersion = async () => {
  const { stdout } = await hive(['list', '--json'])
  return (JSON.parse(stdout) as { workers: { version: string }[] }).workers[0]?.version
}

/** A registry of which something else is passed on from some moment on. */
function turning(): { readonly url: string; turn(lie: Lie): void } {
  let now = honest
  const url = proxy.registry((...told) => now(...told))
  return {
    url,
    turn: (lie) => {
      now = lie
    },
  }
}

/** What a client fetches of a registry that it does not know. */
async function everythingFetched(): Promise<string[]> {
  const paths = new Set<string>()
  const registry = proxy.registry((path, answer) => {
    if (answer.status === 200 && path !== '/v1/revocations') paths.add(path)
    return answer
  })
  expect(outcome(await plan(registry))).toEqual({ exitCode: 0, code: 'done' })
  return [...paths]
}

describe('a registry', () => {
  it('is trusted on first use with one warning that says how to pin it, and then no more', async () => {
    const registry = proxy.registry(honest)
    const first = await look(registry)
    expect(first.exitCode).toBe(0)
    const warnings = first.stderr.split('\n').filter((line) => line.startsWith('warning:'))
    expect(warnings).toEqual([expect.stringMatching(/ on first use: root 1, sha256:[0-9a-f]{64}; /)])
    expect(warnings[0]).toContain(`rbee-hive trust add ${registry} --root FILE`)
    expect((await look(registry)).stderr).not.toContain('warning:')
    const { stdout } = await hive(['trust', 'list', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      registries: [{ registry, by: 'first_use', root: { version: 1 } }],
    })
  })

  it('is trusted by a file of its root, and not by that of another registry', async () => {
    const root = Buffer.from(await (await fetch(`${catalog.url}/v1/tuf/1.root.json`)).arrayBuffer())
    await writeFile(join(folder, 'own.json'), root)
    const registry = proxy.registry(honest)
    expect(outcome(await hive(['trust', 'add', registry, '--root', 'own.json']))).toEqual({
      exitCode: 0,
      code: 'done',
    })
    expect(await plan(registry)).toMatchObject({
      exitCode: 0,
      stderr: expect.not.stringContaining('warning:'),
    })

    await using other = await startCatalog()
    const otherRoot = Buffer.from(await (await fetch(`${other.url}/v1/tuf/1.root.json`)).arrayBuffer())
    await writeFile(join(folder, 'other.json'), otherRoot)
    await hive(['trust', 'add', registry, '--root', 'other.json'])
    expect(outcome(await plan(registry))).toEqual(refusedWith('metadata_signature'))

    const removed = await hive(['trust', 'remove', registry, '--json'])
    expect(JSON.parse(removed.stdout)).toEqual({ registry, removed: true })
    expect(outcome(await plan(registry))).toEqual({ exitCode: 0, code: 'done' })
  })

  it.each([
    ['no-such.json', 'file_not_found'],
    ['host.json', 'metadata_invalid'],
  ])('is not trusted by %s', async (file, code) => {
    expect((await hive(['trust', 'add', catalog.url, '--root', file])).code).toBe(code)
    expect(JSON.parse((await hive(['trust', 'list', '--json'])).stdout)).toEqual({ registries: [] })
  })
})

describe('bytes that were changed', () => {
  it('are refused wherever they are, in documents and in metadata', async () => {
    const paths = await everythingFetched()
    expect(paths.filter((path) => path.startsWith('/v1/tuf/'))).toHaveLength(6)
    expect(paths.filter((path) => path.startsWith('/v1/workers/'))).toHaveLength(2)
    const changes = fc.sample(
      fc.record({
        path: fc.constantFrom(...paths),
        at: fc.noBias(fc.nat(1_000_000)),
        bit: fc.nat(7),
      }),
      60,
    )
    const codes = new Set<string>()
    const inGroups = Array.from({ length: 20 }, (_, start) =>
      changes.filter((_one, index) => index % 20 === start),
    )
    await Promise.all(
      inGroups.map(async (group) => {
        for (const { path, at, bit } of group) {
          const registry = proxy.registry((asked, answer) => {
            if (asked !== path) return answer
            const body = Buffer.from(answer.body)
            const index = at % body.length
            body.writeUInt8(body.readUInt8(index) ^ (1 << bit), index)
            return { ...answer, body }
          })
          const { exitCode, code, stdout } = await plan(registry)
          expect({ exitCode, stdout }, `${path} at ${at}, bit ${bit}: ${code}`).toEqual({
            exitCode: EXIT.refused,
            stdout: '',
          })
          codes.add(code)
        }
      }),
    )
    expect([...codes].toSorted()).toEqual(
      expect.arrayContaining([
        'document_altered',
        'metadata_invalid',
        'metadata_mixed',
        'metadata_signature',
      ]),
    )
  }, 120_000)
})

describe('a registry that was believed', () => {
  it('gives nothing of an old copy, and what is installed stays', async () => {
    const registry = turning()
    const paths = await everythingFetched()
    const old = await proxy.recorded(paths)
    await publish('echo-worker', '1.1.0')
    expect(await install(registry.url)).toMatchObject({ exitCode: 0 })
    registry.turn(old)
    expect(outcome(await install(registry.url))).toEqual(refusedWith('metadata_rollback'))
    expect(outcome(await hive(['update', 'echo-worker']))).toEqual(refusedWith('metadata_rollback'))
    expect(await installedVersion()).toBe('1.1.0')
    registry.turn(honest)
    expect(await install(registry.url)).toMatchObject({ exitCode: 0 })
  })

  it('gives no old release as the latest, although both are signed', async () => {
    const old = await proxy.recorded(['/v1/workers/other-worker/latest'])
    await publish('other-worker', '1.1.0')
    expect(outcome(await plan(proxy.registry(old), 'other-worker'))).toEqual(refusedWith('document_foreign'))
    expect(outcome(await plan(proxy.registry(old), 'other-worker@1.1.0'))).toMatchObject({ exitCode: 0 })
  })

  it('is not believed for longer than its timestamp is valid', async () => {
    const registry = turning()
    expect(await install(registry.url)).toMatchObject({ exitCode: 0 })
    const later = () => Date.now() + 25 * HOUR_MS
    expect(outcome(await install(registry.url, { clock: later }))).toEqual(refusedWith('metadata_expired'))
    expect(await installedVersion()).toBe('1.1.0')
  })

  it('does not get to hand out another worker, nor another release', async () => {
    const other = await proxy.recorded(['/v1/workers/other-worker/latest', '/v1/workers/echo-worker/1.0.0'])
    const otherWorker: Lie = (path, answer, response) =>
      path === '/v1/workers/echo-worker/latest'
        ? other('/v1/workers/other-worker/latest', answer, response)
        : answer
    expect(outcome(await plan(proxy.registry(otherWorker)))).toEqual(refusedWith('document_foreign'))
    const otherRelease: Lie = (path, answer, response) =>
      path === '/v1/workers/echo-worker/1.1.0'
        ? other('/v1/workers/echo-worker/1.0.0', answer, response)
        : answer
    expect(outcome(await plan(proxy.registry(otherRelease), 'echo-worker@1.1.0'))).toEqual(
      refusedWith('document_foreign'),
    )
  })

  it.each(['/v1/tuf/timestamp.json', '.snapshot.json', '.targets.json', '.bin-', '/v1/tuf/targets/'])(
    'does not get to hold back %s',
    async (part) => {
      const registry = proxy.registry((path, answer) =>
        path.includes(part) ? { status: 404, body: Buffer.from('{}') } : answer,
      )
      expect(outcome(await plan(registry))).toEqual(refusedWith('metadata_withheld'))
    },
  )

  it('does not get to deny a worker or a release that it signed', async () => {
    const denied = await (await fetch(`${catalog.url}/v1/workers/no-worker/latest`)).arrayBuffer()
    const worker = proxy.registry((path, answer) =>
      path.startsWith('/v1/workers/') ? { status: 404, body: Buffer.from(denied) } : answer,
    )
    expect(outcome(await plan(worker))).toEqual(refusedWith('metadata_withheld'))
    expect((await plan(proxy.registry(honest), 'no-worker')).code).toBe('worker_not_found')
    const missing = await (await fetch(`${catalog.url}/v1/workers/echo-worker/9.9.9`)).arrayBuffer()
    const release = proxy.registry((path, answer) =>
      path.endsWith('/1.0.0') ? { status: 404, body: Buffer.from(missing) } : answer,
    )
    expect(outcome(await plan(release, 'echo-worker@1.0.0'))).toEqual(refusedWith('metadata_withheld'))
    expect((await plan(release, 'echo-worker@9.9.9')).code).toBe('release_not_found')
  })

  it.each(['/v1/tuf/timestamp.json', '.snapshot.json', '.bin-'])(
    'is not read to the end of %s',
    async (part) => {
      let sent = 0
      const registry = proxy.registry((path, answer, response) => {
        if (!path.includes(part)) return answer
        response.writeHead(200)
        const more = () => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20))) sent += 65_536
        }
        response.on('drain', more)
        more()
        return 'answered'
      })
      expect(outcome(await plan(registry))).toEqual(refusedWith('metadata_too_large'))
      expect(sent).toBeLessThan(20_000_000)
    },
  )

  it('may not stop signing', async () => {
    const unsigned: Lie = (path, answer) =>
      path.startsWith('/v1/tuf/') ? { status: 404, body: Buffer.from('{}') } : answer
    const registry = turning()
    expect(await install(registry.url)).toMatchObject({ exitCode: 0 })
    registry.turn(unsigned)
    expect(outcome(await plan(registry.url))).toEqual(refusedWith('metadata_withheld'))
    expect(outcome(await plan(registry.url, 'echo-worker', '--allow-unsigned'))).toEqual(
      refusedWith('metadata_withheld'),
    )
  })
})

describe('a registry that never signed', () => {
  it('is taken at its word only where the user says so', async () => {
    const registry = proxy.registry((path, answer) =>
      path.startsWith('/v1/tuf/') ? { status: 404, body: Buffer.from('{}') } : answer,
    )
    const refused = await plan(registry)
    expect(outcome(refused)).toEqual(refusedWith('registry_unsigned'))
    expect(refused.stderr).toContain('--allow-unsigned')
    const allowed = await plan(registry, 'echo-worker', '--allow-unsigned')
    expect(allowed).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`${registry} signs nothing`),
    })
    expect(JSON.parse((await hive(['trust', 'list', '--json'])).stdout)).toEqual({ registries: [] })
  })
})

describe('what is kept of a registry', () => {
  const trustFolder = async () => {
    const [name = ''] = await readdir(join(home, 'trust'))
    return join(home, 'trust', name)
  }

  it.each(['gone', 'damaged'])(
    'is not replaced by what the registry says where its root is %s',
    async (state) => {
      const registry = proxy.registry(honest)
      await look(registry)
      const root = join(await trustFolder(), 'root.json')
      const bytes = await readFile(root)
      if (state === 'gone') await rm(root)
      else await writeFile(root, bytes.subarray(100))
      const { code, stderr } = await look(registry)
      expect(code).toBe('state_damaged')
      expect(stderr).toContain(`rbee-hive trust add ${registry} --root FILE`)
      await writeFile(join(folder, 'saved.json'), bytes)
      await hive(['trust', 'add', registry, '--root', 'saved.json'])
      expect(await look(registry)).toMatchObject({ exitCode: 0 })
    },
  )

  it('heals when another file of it is damaged', async () => {
    const registry = proxy.registry(honest)
    await look(registry)
    for (const name of ['timestamp.json', 'snapshot.json', 'targets.json', 'workers/echo-worker.json']) {
      await writeFile(join(await trustFolder(), name), '{')
      expect(await look(registry), name).toMatchObject({ exitCode: 0 })
    }
  })

  it('is only missed where nothing may be written', async () => {
    await mkdir(home, { recursive: true })
    await writeFile(join(home, 'trust'), '')
    const { exitCode, stderr } = await look(proxy.registry(honest))
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/is not remembered: .*--home/)
  })
})
