import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fakeRandomBytes } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program as hiveProgram } from '../../commands/rbee-hive/index.ts'
import { runProgram } from '../../program/run.ts'
import {
  type HonestAnswer,
  honest,
  type Lie,
  type LyingProxy,
  lyingProxy,
} from '../trust/testing/lying-proxy.ts'
import { HOST_ARCH, HOST_OS, program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

// What a registry, or whoever stands before it, can do to the program without telling one lie that a signature shows.

/** What the program is told to wait at most for an answer, or for 1 KiB a second of an archive. */
const PATIENCE_SECONDS = 0.5
/** For where all answers come, however busy the machine is. */
const MUCH_PATIENCE_SECONDS = 10
/** Four connections to an archive, two to everything else, and what a busy machine adds. */
const BOUND_MS = 40_000

let catalog: TestCatalog
let proxy: LyingProxy
let machine: Machine
let host: string
let homes = 0
/** All that an install asked for while there was one release, by its path. */
const older = new Map<string, HonestAnswer>()

beforeAll(async () => {
  catalog = await startCatalog()
  proxy = await lyingProxy(catalog.url)
  machine = await aMachine(catalog.url)
  host = await machine.profile({ os: HOST_OS, arch: HOST_ARCH })
  const publish = (version: string) => {
    const files = program('echo-worker', `exit 0 # ${version}`, { 'model.bin': fakeRandomBytes()(40_000) })
    return catalog.publish({ id: 'echo-worker', version, variants: { cpu: files } })
  }
  await publish('1.0.0')
  const remembering = proxy.registry((path, answer) => {
    older.set(path, answer)
    return answer
  })
  expect(await installHere(aHome(), remembering)).toBe(0)
  await publish('1.1.0')
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

const INSTALL = ['install', 'echo-worker', '--json'] as const

/** What an install of the real program came to: its exit code, and the code of a failure. */
async function install(home: string, registry: string, patience = PATIENCE_SECONDS): Promise<string> {
  const begun = performance.now()
  const { code, stdout, stderr } = await machine.start(
    'rbee-hive',
    [...INSTALL, '--host-profile', host, '--home', home, '--registry', registry],
    { RBEE_NETWORK_TIMEOUT: `${patience}` },
  ).finished
  expect(performance.now() - begun, stderr).toBeLessThan(BOUND_MS)
  const { error } = JSON.parse(stdout) as { error?: { code: string; next: string | null } }
  if (error === undefined) return `${code}`
  expect(error.next, stdout).toBeTruthy()
  return `${code} ${error.code}`
}

/** As {@link install}, in this process, which takes a tenth of the time. */
async function installHere(home: string, registry: string): Promise<number> {
  return runProgram(hiveProgram, {
    argv: [...INSTALL, '--host-profile', host, '--home', home, '--registry', registry],
    program: ['rbee-hive'],
    env: { PATH: process.env.PATH },
    cwd: machine.folder,
    stdout: { write: () => {} },
    stderr: { write: () => {}, isTTY: false, columns: () => 80 },
    clock: Date.now,
    version: '0.0.0',
    signal: new AbortController().signal,
  })
}

function aHome(): string {
  homes += 1
  return join(machine.folder, `home-${homes}`)
}

/** Nothing is installed or half-made: what remains is what is trusted of the registry, and free locks. */
async function leftIn(home: string): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
    .filter((path) => !/^(trust|revocations|log)\//.test(path))
}

type Misconduct = (response: ServerResponse, body: Buffer) => void

/** The answer to one path is treated so, and all others are passed on. */
const only =
  (part: string, misconduct: Misconduct): Lie =>
  (path, answer, response) => {
    if (!path.includes(part)) return answer
    misconduct(response, answer.body)
    return 'answered'
  }

const stalls: Readonly<Record<string, Misconduct>> = {
  'no answer': () => {},
  'no more than a head': (response, body) => {
    response.writeHead(200, { 'content-length': body.length }).flushHeaders()
  },
  'half of an answer': (response, body) => {
    response.writeHead(200, { 'content-length': body.length })
    response.write(body.subarray(0, body.length / 2))
  },
  'a byte at a time': (response, body) => {
    response.writeHead(200, { 'content-length': body.length })
    let sent = 0
    const dripping = setInterval(() => response.write(body.subarray(sent, ++sent)), 300)
    response.once('close', () => clearInterval(dripping))
  },
}

/** Blanks, which JSON may begin with, for as long as they are read. */
const endlessly =
  (chunk: Buffer, headers: Record<string, string> = {}): Misconduct =>
  (response) => {
    response.writeHead(200, headers)
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  }

const BLANKS = Buffer.alloc(65_536, 0x20)
const endless: Readonly<Record<string, Misconduct>> = {
  'chunks without end': endlessly(BLANKS),
  // Two gigabytes in two megabytes.
  'a gzip bomb': (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' })
    const member = gzipSync(Buffer.alloc(2 ** 20, 0x20))
    for (let count = 0; count < 2048; count += 1) response.write(member)
    response.end()
  },
  'a terabyte, by its head': endlessly(BLANKS, { 'content-length': `${2 ** 40}` }),
}

const METADATA = '/v1/tuf/timestamp.json'
const DOCUMENT = '/v1/workers/echo-worker/latest'
const ARCHIVE = '/v1/blobs/'
const LOG = '/v1/log/checkpoint'
const REVOCATIONS = '/v1/revocations'

const installed = async (home: string) => {
  const text = await readFile(join(home, 'workers/echo-worker/active.json'), 'utf8')
  return (JSON.parse(text) as { active: { digest: string } }).active.digest
}

/** The program ends as it should, leaves nothing, and installs once the registry behaves. */
async function survives(lie: Lie, expected: RegExp, patience?: number): Promise<void> {
  const home = aHome()
  expect(await install(home, proxy.registry(lie), patience)).toMatch(expected)
  expect(await leftIn(home)).toEqual([])
  expect(await installHere(home, proxy.registry(honest))).toBe(0)
}

const LEFT = /^5 registry_unreachable$/

describe.concurrent('a registry or mirror that stalls', { timeout: 120_000 }, () => {
  const stages = [METADATA, DOCUMENT, LOG, ARCHIVE].flatMap((path) =>
    Object.entries(stalls).map(([what, misconduct]) => ({ path, what, misconduct })),
  )
  it.each(stages)('with $what at $path is left', ({ path, misconduct }) =>
    survives(only(path, misconduct), LEFT),
  )

  it.each(Object.entries(stalls))(
    'with %s at what is quarantined delays an install, and no more',
    async (_what, misconduct) => {
      const home = aHome()
      expect(await install(home, proxy.registry(only(REVOCATIONS, misconduct)))).toBe('0')
      expect(await installed(home)).toMatch(/^sha256:/)
    },
  )

  it('by taking connections and reading nothing is left', async () => {
    const server = createServer((socket) => socket.pause()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    const home = aHome()
    expect(await install(home, `http://127.0.0.1:${address.port}`)).toMatch(LEFT)
    expect(await leftIn(home)).toEqual([])
    server.close()
  })
})

describe.concurrent('a registry or mirror that sends without end', { timeout: 120_000 }, () => {
  const refusals: readonly [string, RegExp][] = [
    [METADATA, /^4 metadata_too_large$/],
    // Which of its size and its time is over first depends on the machine.
    [DOCUMENT, /^5 registry_(invalid|unreachable)$/],
    [LOG, /^4 log_invalid$/],
    // It is never unpacked: its size is signed.
    [ARCHIVE, /^4 size_mismatch$/],
  ]
  const cases = refusals.flatMap(([path, expected]) =>
    Object.entries(endless).map(([what, misconduct]) => ({ path, what, misconduct, expected })),
  )
  it.each(cases)('$what at $path is refused', ({ path, misconduct, expected }) =>
    survives(only(path, misconduct), expected, MUCH_PATIENCE_SECONDS),
  )
})

/** Of the files of which each state has another name: what it was. */
const formerly = (part: string) => [...older].find(([path]) => path.includes(part))?.[1]

describe.concurrent('a mirror that mixes versions', { timeout: 120_000 }, () => {
  it.each<[string, RegExp, (path: string) => HonestAnswer | undefined]>([
    [
      'an old snapshot under a new timestamp',
      /^4 metadata_(mixed|too_large)$/,
      (path) => (path.endsWith('.snapshot.json') ? formerly('.snapshot.json') : undefined),
    ],
    [
      'old metadata of new documents',
      /^4 document_(foreign|altered)$/,
      (path) => (path.startsWith('/v1/tuf/') ? older.get(path) : undefined),
    ],
    [
      'old documents under new metadata',
      /^4 document_(foreign|altered)$/,
      (path) => (path === DOCUMENT ? older.get(path) : undefined),
    ],
    [
      'the archive of an older release',
      /^4 (digest|size)_mismatch$/,
      (path) => (path.startsWith(ARCHIVE) ? formerly(ARCHIVE) : undefined),
    ],
    ['an old log without the new release', /^4 log_/, (path) => (path === LOG ? older.get(path) : undefined)],
    [
      'what the log says of an older release',
      /^4 log_/,
      (path) => (path.endsWith('/1.1.0/log') ? formerly('/1.0.0/log') : undefined),
    ],
  ])('%s: is refused', (_what, expected, old) =>
    survives((path, answer) => old(path) ?? answer, expected, MUCH_PATIENCE_SECONDS),
  )
})
