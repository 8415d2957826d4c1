import { createHash } from 'node:crypto'
import { mkdtemp, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@rbee/api-client'
import type { CatalogEntry } from '@rbee/schema'
import { aCatalogEntry, aManifest } from '@rbee/testing'
import { createTerminal } from '../../../program/terminal.ts'
import { HOST_ARCH, HOST_OS, startCatalog, type TestCatalog } from '../../e2e/catalog.ts'
import { programOnPath } from '../../find-on-path.ts'
import { type HiveHome, hiveHome } from '../../home.ts'
import { installFromSource, type SourceInstallResult } from '../install-from-source.ts'
import type { BuildLimits } from '../limits.ts'
import type { SourceRequest } from '../prepare-build.ts'

/** What every build in a test may take, unless it is about the limits. */
const LIMITS: BuildLimits = { seconds: 60, memory: 2 * 2 ** 30, disk: 2 ** 30, processes: 256 }

export interface BuildOptions {
  /** PATH of the user; by default one with bubblewrap, and without makepkg, which takes seconds for itself. */
  readonly path?: string
  /** Flags that the user gave; `--yes` is one of them. */
  readonly agreed?: readonly string[]
  readonly limits?: Partial<BuildLimits>
  readonly signal?: AbortSignal
  /** Who answers questions. */
  readonly ask?: (question: string) => Promise<string>
}

/** A catalog, and a home on this machine, to build workers in this process with everything real. */
export interface BuildMachine {
  readonly catalog: TestCatalog
  readonly folder: string
  readonly home: HiveHome
  /** What was said on the terminal. */
  readonly said: () => string
  /** Puts a worker with this PKGBUILD into the catalog and builds it. */
  build(pkgbuild: string, options?: BuildOptions): Promise<SourceInstallResult>
  /** Makes these the catalog and builds one of them. */
  buildEntry(
    entries: readonly CatalogEntry[],
    id: string,
    options?: BuildOptions,
  ): Promise<SourceInstallResult>
  log(id: string): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

/** A worker of a folder with a PKGBUILD of its own, and nothing published. Its id and version are the PKGBUILD's. */
export function aSourceWorker(pkgbuild: string, id = nameIn(pkgbuild)): CatalogEntry {
  return aCatalogEntry({
    manifest: aManifest({
      id,
      name: id,
      binary_name: id,
      platforms: { [HOST_OS]: [HOST_ARCH] },
      selftest: { command: [`bin/${id}`, '--self-test'], timeout_seconds: 20 },
    }),
    version: /^pkgver=(\S+)/m.exec(pkgbuild)?.[1] ?? '1.0.0',
    source: 'community',
    layout: 'folder',
    git: { url: null, commit: null, branch: null, path: id },
    pkgbuild,
    readme: null,
  })
}

function nameIn(pkgbuild: string): string {
  return /^pkgname=\(?['"]?([a-z0-9-]+)/m.exec(pkgbuild)?.[1] ?? 'nameless-worker'
}

export async function aBuildMachine(): Promise<BuildMachine> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rbee-source-build-')))
  const catalog = await startCatalog()
  const home = hiveHome(join(folder, 'home'), '/')
  const entries = new Map<string, CatalogEntry>()
  const quickest = await aPathWith(folder, ['bash', 'git', 'bwrap'])
  let said = ''
  const terminal = createTerminal({
    write: (text) => {
      said += text
    },
    interactive: false,
    color: false,
    quiet: false,
    columns: () => 80,
    clock: Date.now,
  })
  const buildEntry: BuildMachine['buildEntry'] = async (offered, id, options = {}) => {
    const { path = quickest, agreed = ['--yes'], limits = {}, signal, ask } = options
    await catalog.describe(offered)
    const client = createClient({ registry: catalog.url })
    said = ''
    const request: SourceRequest = {
      release: await client.getRelease(id, 'latest'),
      profile: plainHost(),
      registry: catalog.url,
      allowYanked: true,
      home,
      client,
      agreement: { build: agreed.includes('--yes'), flags: new Set(agreed) },
      limits: { ...LIMITS, ...limits },
    }
    return installFromSource(request, {
      env: { PATH: path },
      terminal,
      signal: signal ?? new AbortController().signal,
      clock: Date.now,
      fetch,
      ask: ask ?? null,
    })
  }
  return {
    catalog,
    folder,
    home,
    said: () => said,
    build(pkgbuild, options) {
      const entry = aSourceWorker(pkgbuild)
      entries.set(entry.manifest.id, entry)
      return buildEntry([...entries.values()], entry.manifest.id, options)
    },
    buildEntry,
    log: (id) => readFile(join(home.root, 'build-logs', `${id}.log`), 'utf8'),
    async [Symbol.asyncDispose]() {
      await catalog[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function plainHost(): SourceRequest['profile'] {
  return {
    os: HOST_OS,
    arch: HOST_ARCH,
    libc: { name: 'glibc', version: '2.36' },
    cpu: { model: 'Test CPU', cores: 4, features: [] },
    memory_bytes: 32 * 2 ** 30,
    disk_free_bytes: 500 * 2 ** 30,
    container: null,
    wsl: null,
    gpus: [],
  }
}

/** A PATH on which only these programs of the system are found. */
export async function aPathWith(folder: string, programs: readonly string[]): Promise<string> {
  const path = await mkdtemp(join(folder, 'path-'))
  for (const name of programs) {
    const program = await programOnPath(name, process.env.PATH)
    if (program !== null) await symlink(program, join(path, name))
  }
  return path
}

/** Serves files at `/NAME`, as a place that sources of PKGBUILDs come from. */
export interface SourceServer {
  readonly url: string
  /** Paths that were asked for. */
  readonly asked: string[]
  readonly connections: () => number
  serve(
    name: string,
    answer: Uint8Array | ((request: IncomingMessage, response: ServerResponse) => void),
  ): string
  /** Answers whatever begins with `prefix`; null is a 404. */
  serveBelow(prefix: string, answer: (rest: string) => Promise<Uint8Array | null>): void
  [Symbol.asyncDispose](): Promise<void>
}

export async function aSourceServer(): Promise<SourceServer> {
  const answers = new Map<string, Parameters<SourceServer['serve']>[1]>()
  const asked: string[] = []
  const below = new Map<string, (rest: string) => Promise<Uint8Array | null>>()
  let connections = 0
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const path = (request.url ?? '').slice(1).replace(/\?.*$/, '')
    const answer = answers.get(path)
    const [prefix, folder] = [...below].find(([start]) => path.startsWith(start)) ?? ['', null]
    const send = (bytes: Uint8Array | null | undefined) => response.writeHead(bytes ? 200 : 404).end(bytes)
    if (typeof answer === 'function') answer(request, response)
    else if (folder === null) send(answer)
    else void folder(path.slice(prefix.length)).then(send)
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    asked,
    connections: () => connections,
    serve(name, answer) {
      answers.set(name, answer)
      return `${url}/${name}`
    },
    serveBelow: (prefix, answer) => void below.set(prefix, answer),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
