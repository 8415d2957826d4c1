import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { fakeRandomBytes } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import { type HonestAnswer, honest, type Lie } from '../trust/testing/lying-proxy.ts'
import { type LyingWorld, lyingWorld } from '../trust/testing/lying-world.ts'
import { program } from './catalog.ts'

// Two mirrors that misbehave, and a registry: what is installed is right, or nothing is.

const ID = 'echo-worker'
/** What the program waits at most for 1 KiB a second of who stalls; not of others, however busy the machine is. */
const PATIENCE_SECONDS = '0.5'
const STALL = 'archives that stall'

let world: LyingWorld
/** Answers of the registry to what is signed, while there was one release. */
let outdated: Lie
/** Somebody else's web server. */
let elsewhere: { readonly url: string; close(): Promise<void> }

beforeAll(async () => {
  world = await lyingWorld()
  const publish = (version: string) => {
    const files = program(ID, `exit 0 # ${version}`, { 'lib/model.bin': fakeRandomBytes()(200_000) })
    return world.catalog.publish({ id: ID, version, variants: { cpu: files } })
  }
  await publish('1.0.0')
  const targets = [`/v1/workers/${ID}/latest`, `/v1/workers/${ID}/versions`, '/v1/tuf/timestamp.json']
  outdated = await world.proxy.recorded(targets)
  await publish('1.1.0')
  const server = createServer((_request, response) => response.end('<h1>It works!</h1>')).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  elsewhere = {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
})
afterAll(async () => {
  await elsewhere.close()
  await world[Symbol.asyncDispose]()
})

type Misconduct = (response: ServerResponse, answer: HonestAnswer, times: number) => HonestAnswer | 'answered'

/** Treats the answers below a path so, and passes all others on. `times` counts them from 1. */
function only(part: string, misconduct: Misconduct): Lie {
  let times = 0
  return (path, answer, response) => {
    if (!path.startsWith(part)) return answer
    times += 1
    return misconduct(response, answer, times)
  }
}

const ARCHIVE = '/v1/blobs/'

/** The byte that is asked for first. */
const startOf = ({ req }: ServerResponse) => Number(/^bytes=(\d+)-/.exec(req.headers.range ?? '')?.[1] ?? 0)

const broken: Misconduct = (response) => {
  response.destroy()
  return 'answered'
}

/** The first half of what is asked for; then the connection breaks. */
const cut: Misconduct = (response, { body }) => {
  const start = startOf(response)
  const rest = body.subarray(start)
  const range = `bytes ${start}-${body.length - 1}/${body.length}`
  response.writeHead(start === 0 ? 200 : 206, {
    'content-length': rest.length,
    ...(start === 0 ? {} : { 'content-range': range }),
  })
  response.write(rest.subarray(0, rest.length / 2), () => response.destroy())
  return 'answered'
}

const spoiled = (body: Buffer): Buffer => {
  const copy = Buffer.from(body)
  copy.writeUInt8(copy.readUInt8(copy.length / 2) ^ 1, copy.length / 2)
  return copy
}

/** After a cut, the rest of the archive as this says. */
const rest =
  (
    range: (start: number, size: number) => string,
    bytes: (body: Buffer, start: number) => Buffer,
  ): Misconduct =>
  (response, answer, times) => {
    const start = startOf(response)
    if (start === 0 || times === 1) return cut(response, answer, times)
    response.writeHead(206, { 'content-range': range(start, answer.body.length) })
    response.end(bytes(answer.body, start))
    return 'answered'
  }

const endlessly: Misconduct = (response) => {
  response.writeHead(200)
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(65_536)));
  }
  response.on('drain', more)
  more()
  return 'answered'
}

const redirect =
  (target: () => string): Misconduct =>
  (response) => {
    response.writeHead(302, { location: target() }).end()
    return 'answered'
  }

const status =
  (code: number): Misconduct =>
  () => ({ status: code, body: Buffer.from('{}') })

const misconducts: readonly [what: string, lie: () => Lie][] = [
  ['cut archives', () => only(ARCHIVE, broken)],
  [
    'archives that end too early',
    () => only(ARCHIVE, (_, { body }) => ({ status: 200, body: body.subarray(0, 90_000) })),
  ],
  ['other bytes', () => only(ARCHIVE, (_, { body }) => ({ status: 200, body: spoiled(body) }))],
  [
    'the rest of another place',
    () =>
      only(
        ARCHIVE,
        rest(
          (start, size) => `bytes ${start + 7}-${size - 1}/${size}`,
          (body, start) => body.subarray(start + 7),
        ),
      ),
  ],
  [
    'the beginning in place of the rest',
    () =>
      only(
        ARCHIVE,
        rest(
          (start, size) => `bytes ${start}-${size - 1}/${size}`,
          (body) => body,
        ),
      ),
  ],
  ['archives without end', () => only(ARCHIVE, endlessly)],
  [
    'archives that are packed once more',
    () => only(ARCHIVE, (_, { body }) => ({ status: 200, body: gzipSync(body) })),
  ],
  ['no archives', () => only(ARCHIVE, status(404))],
  ['failures in place of archives', () => only(ARCHIVE, status(503))],
  [
    'failures now and then',
    () =>
      only(ARCHIVE, (response, answer, times) =>
        times % 2 === 0 ? status(503)(response, answer, times) : broken(response, answer, times),
      ),
  ],
  [
    STALL,
    () =>
      only(ARCHIVE, (response, { body }) => {
        response.writeHead(200, { 'content-length': body.length })
        response.write(body.subarray(0, 100))
        return 'answered'
      }),
  ],
  [
    'archives of somebody else',
    () =>
      only(
        ARCHIVE,
        redirect(() => elsewhere.url),
      ),
  ],
  [
    'archives that go round in circles',
    () =>
      only(ARCHIVE, (response) =>
        redirect(() => response.req.url ?? '')(response, { status: 0, body: Buffer.alloc(0) }, 1),
      ),
  ],
  [
    'archives behind a file',
    () =>
      only(
        ARCHIVE,
        redirect(() => 'file:///etc/passwd'),
      ),
  ],
  [
    'metadata of somebody else',
    () =>
      only(
        '/v1/tuf/',
        redirect(() => elsewhere.url),
      ),
  ],
  [
    'a page in place of everything',
    () => only('/', () => ({ status: 200, body: Buffer.from('<h1>Sign in</h1>') })),
  ],
  ['failures in place of everything', () => only('/', status(500))],
  ['nothing but cut connections', () => only('/', broken)],
  [
    'documents that are cut',
    () =>
      only('/v1/workers/', (_, { status: code, body }) => ({
        status: code,
        body: body.subarray(0, body.length / 2),
      })),
  ],
  [
    'old documents under new metadata',
    () => (path, answer, response) =>
      path.startsWith('/v1/tuf/') ? answer : outdated(path, answer, response),
  ],
]

async function install(
  home: ReturnType<LyingWorld['machine']>,
  registry: Lie,
  mirrors: readonly Lie[],
  what = '',
) {
  const urls = mirrors.map((lie) => world.proxy.registry(lie))
  const ended = await home.hive(
    [
      ...[
        'install',
        ID,
        '--now',
        '--host-profile',
        'host.json',
        '--registry',
        world.proxy.registry(registry),
      ],
      ...urls.flatMap((url) => ['--mirror', url]),
    ],
    { env: what === STALL ? { RBEE_NETWORK_TIMEOUT: PATIENCE_SECONDS } : {} },
  )
  return { ...ended, urls }
}

/** What is installed or half-made; not what is known of the registry. */
async function leftIn(home: string): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1))
    .filter((path) => !/^(trust|revocations|log)\//.test(path))
}

/** All at once, because most of the time is waited. */
function attempts(registry: (lie: () => Lie) => Lie, mirrors: (lie: () => Lie) => Lie[]) {
  return new Map(
    misconducts.map(([what, lie]) => {
      const machine = world.machine()
      const ended = install(machine, registry(lie), mirrors(lie), what)
      // Told to the test of it.
      ended.catch(() => {})
      return [what, { machine, ended }]
    }),
  )
}
type Attempts = ReturnType<typeof attempts>

describe('two mirrors', { timeout: 120_000 }, () => {
  let tried: Attempts
  beforeAll(() => {
    tried = attempts(
      () => honest,
      (lie) => [lie(), lie()],
    )
  })

  it.each(misconducts)('that give %s are passed over for the registry', async (what) => {
    const { machine, ended } = required(tried.get(what))
    const { code, stderr, urls } = await ended
    expect(code, stderr).toBe('done')
    for (const url of urls) expect(stderr).toContain(`the mirror ${url} is passed over: `)
    expect(await machine.active()).toMatchObject({ version: '1.1.0' })
  })

  it('of which the second is in order are enough while the registry is away', async () => {
    const machine = world.machine()
    const away = only('/', broken)
    const { code, stderr } = await install(machine, away, [only(ARCHIVE, status(503)), honest])
    expect(code, stderr).toBe('done')
    expect(await machine.active()).toMatchObject({ version: '1.1.0' })
  })

  it('that fail at first are waited for, and not passed over', async () => {
    const machine = world.machine()
    const shaky = only(ARCHIVE, (response, answer, times) =>
      times > 2 ? answer : times === 1 ? status(502)(response, answer, times) : cut(response, answer, times),
    )
    const { code, stderr } = await install(machine, honest, [shaky])
    expect(code, stderr).toBe('done')
    expect(stderr).not.toContain('passed over')
  })
})

describe('mirrors and a registry', { timeout: 120_000 }, () => {
  let tried: Attempts
  beforeAll(() => {
    tried = attempts(
      (lie) => lie(),
      (lie) => [lie()],
    )
  })

  it.each(misconducts)('that all give %s end in one clear failure, and nothing stays', async (what) => {
    const { machine, ended } = required(tried.get(what))
    const { exitCode, code, stderr, urls } = await ended
    expect([EXIT.registry, EXIT.refused], stderr).toContain(exitCode)
    expect(code, stderr).not.toBe('done')
    for (const url of urls) expect(stderr).toContain(`the mirror ${url} is passed over: `)
    expect(stderr.match(/^error: /gm), stderr).toHaveLength(1)
    expect(stderr).toMatch(/^next: /m)
    // What was downloaded waits for the command to be run again.
    const left = (await leftIn(machine.home)).filter((path) => !path.startsWith('staging/'))
    expect(left).toEqual([])
  })
})

function required<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('it was not tried')
  return value
}
