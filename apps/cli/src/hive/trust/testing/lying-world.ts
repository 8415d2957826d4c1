import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PublisherSigner } from '@rbee/provenance'
import { program as hiveProgram } from '../../../commands/rbee-hive/index.ts'
import { runProgram } from '../../../program/run.ts'
import { HOST_ARCH, HOST_OS, program, startCatalog, type TestCatalog } from '../../e2e/catalog.ts'
import { honest, type Lie, type LyingProxy, lyingProxy } from './lying-proxy.ts'

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

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  /** Error code; `done` where there is none. */
  readonly code: string
}

/** A registry of which something else is passed on from some moment on. */
export interface TurningRegistry {
  readonly url: string
  turn(lie: Lie): void
}

/** A machine that installs workers, with a home of its own. */
export interface Machine {
  readonly home: string
  hive(
    args: readonly string[],
    options?: {
      readonly clock?: () => number
      readonly columns?: number
      readonly env?: Readonly<Record<string, string>>
    },
  ): Promise<Ended>
  install(registry: string, address?: string, ...more: string[]): Promise<Ended>
  /** What is recorded of an installed worker; null where it is not installed. */
  active(id?: string): Promise<{ readonly version: string; readonly evidence?: unknown } | null>
}

/** A catalog, and what stands between it and machines. */
export interface LyingWorld {
  readonly catalog: TestCatalog
  readonly proxy: LyingProxy
  /** Commands run there, and machines lie there. */
  readonly folder: string
  /** @param home by default a folder of its own. */
  machine(home?: string): Machine
  publish(id: string, version: string, signer?: PublisherSigner): Promise<void>
  turning(): TurningRegistry
  [Symbol.asyncDispose](): Promise<void>
}

export async function lyingWorld(): Promise<LyingWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-lies-'))
  await writeFile(join(folder, 'host.json'), JSON.stringify(HOST))
  const catalog = await startCatalog()
  const proxy = await lyingProxy(catalog.url)
  let homes = 0
  return {
    catalog,
    proxy,
    folder,
    machine(home) {
      homes += 1
      return machineAt(folder, home ?? join(folder, `home-${homes}`))
    },
    publish: (id, version, signer) =>
      catalog.publish({ id, version, variants: { cpu: program(id, `exit 0 # ${version}`) }, signer }),
    turning() {
      let now = honest
      const url = proxy.registry((...told) => now(...told))
      return {
        url,
        turn: (lie) => {
          now = lie
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await catalog[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function machineAt(cwd: string, home: string): Machine {
  const hive: Machine['hive'] = async (args, { clock = Date.now, columns = 80, env = {} } = {}) => {
    let stdout = ''
    let stderr = ''
    const exitCode = await runProgram(hiveProgram, {
      argv: [...args, '--home', home],
      program: ['rbee-hive'],
      env: { PATH: process.env.PATH, ...env },
      cwd,
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text), isTTY: false, columns: () => columns },
      clock,
      version: '0.0.0',
      signal: new AbortController().signal,
    })
    const code = /^error: .*\(([a-z_]+)\)$/m.exec(stderr)?.[1] ?? 'done'
    return { stdout, stderr, exitCode, code }
  }
  return {
    home,
    hive,
    install: (registry, address = 'echo-worker', ...more) =>
      hive(['install', address, '--host-profile', 'host.json', '--registry', registry, ...more]),
    async active(id = 'echo-worker') {
      const text = await readFile(join(home, 'workers', id, 'active.json'), 'utf8').catch(() => null)
      return text === null ? null : (JSON.parse(text) as { active: { version: string } }).active
    },
  }
}
