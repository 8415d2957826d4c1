import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { problemSchema } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../entry/node.ts'

// Requests that no HTTP client would send, byte by byte.

let folder: TemporaryFolder
let server: RunningServer
const errors: unknown[] = []

beforeAll(async () => {
  folder = await TemporaryFolder.create()
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir: folder.path,
    log: { info: () => {}, error: (...logged) => void errors.push(logged) },
    clock: Date.now,
    randomBytes: (length) => randomBytes(length),
  })
})
afterAll(async () => {
  await server.close()
  await folder[Symbol.asyncDispose]()
  expect(errors).toEqual([])
})

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Everything that the server sends until it closes the connection. */
function conversation(bytes: string | Uint8Array): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text
  })
  socket.on('error', () => {})
  socket.once('close', () => resolve(received))
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return promise
}

/** The answers of a conversation; each must state its length. */
function answersIn(text: string): Answer[] {
  const answers: Answer[] = []
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n')
    const [line = '', ...fields] = rest.slice(0, end).split('\r\n')
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1])
    expect(status, rest).toBeGreaterThan(99)
    const headers = new Headers(
      fields.map((field): [string, string] => {
        const colon = field.indexOf(':')
        return [field.slice(0, colon), field.slice(colon + 1)]
      }),
    )
    const start = end + 4
    const length = status < 200 ? 0 : Number(headers.get('content-length') ?? 0)
    answers.push({ status, headers, body: rest.slice(start, start + length) })
    rest = rest.slice(start + length)
  }
  return answers
}

async function onlyAnswer(bytes: string): Promise<Answer> {
  const answers = answersIn(await conversation(bytes))
  expect(answers).toHaveLength(1)
  const [answer] = answers
  if (answer === undefined) throw new Error('no answer')
  return answer
}

async function expectProblem(bytes: string, status: number, code: string): Promise<Answer> {
  const answer = await onlyAnswer(bytes)
  expect(answer.status, answer.body).toBe(status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(problemSchema.parse(JSON.parse(answer.body))).toMatchObject({ status, code })
  return answer
}

/** One request on a connection of its own. */
const request = (line: string, ...fields: readonly string[]) =>
  [`${line} HTTP/1.1`, ...fields, 'Connection: close', '', ''].join('\r\n')
const get = (target: string, ...fields: readonly string[]) => request(`GET ${target}`, 'Host: x', ...fields)
/** A body follows. */
const post = (...fields: readonly string[]) =>
  ['POST /v1/tokens HTTP/1.1', 'Host: x', ...fields, '', ''].join('\r\n')
/** A request that would be answered with 200 if it was taken for one. */
const SMUGGLED = get('/health')

describe('a method', () => {
  it.each([
    ...['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT', 'PROPFIND', 'QUERY', 'PURGE', 'M-SEARCH'],
    ...['FOO', 'get', 'GETX', 'Options'],
  ])('%s is not allowed on what is only read', async (method) => {
    const { headers } = await expectProblem(
      request(`${method} /workers`, 'Host: x'),
      405,
      'method_not_allowed',
    )
    expect(headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })

  it.each([
    ['/v1/tokens', 'POST, OPTIONS'],
    ['/v1/workers/x/1.0.0', 'GET, PUT, HEAD, OPTIONS'],
    ['/v1/stats/overview?x=1', 'GET, HEAD, OPTIONS'],
    ['/v1/workers/x/clone-url', 'GET, HEAD, OPTIONS'],
  ])('that nobody knows is answered at %s with what there is: %s', async (path, allow) => {
    for (const method of ['FOO', 'TRACE', 'PATCH']) {
      const { headers } = await expectProblem(
        request(`${method} ${path}`, 'Host: x'),
        405,
        'method_not_allowed',
      )
      expect(headers.get('allow'), method).toBe(allow)
    }
  })

  it('opens no tunnel', async () => {
    const { headers } = await expectProblem(
      request('CONNECT 192.0.2.1:443', 'Host: 192.0.2.1:443'),
      405,
      'method_not_allowed',
    )
    expect(headers.get('allow')).toContain('GET')
  })

  it('OPTIONS asks about the server as a whole with an asterisk, and no other method does', async () => {
    const { status, headers } = await onlyAnswer(request('OPTIONS *', 'Host: x'))
    expect(status).toBe(204)
    expect(headers.get('allow')).toBe('GET, POST, PUT, DELETE, HEAD, OPTIONS')
    await expectProblem(get('*'), 400, 'bad_request')
  })

  it('of an unknown path is not found', async () => {
    await expectProblem(request('TRACE /nothing', 'Host: x'), 404, 'not_found')
  })
})

describe('a host', () => {
  it.each([
    ['none', []],
    ['an empty one', ['Host:']],
    ['two', ['Host: a', 'Host: b']],
    ['the same one twice', ['Host: a', 'hOST: a']],
    ['a blank inside', ['Host: a b']],
    ['a path', ['Host: a/b']],
    ['a user', ['Host: user@a']],
    ['a port that is none', ['Host: a:99999']],
    ['half an address', ['Host: [::1']],
    ['a byte that is no character', ['Host: \xff']],
    ['an escape', ['Host: %41']],
  ])('is refused when there is %s', async (_what, fields) => {
    await expectProblem(request('GET /health', ...fields), 400, 'bad_request')
    await expectProblem(request('GET /v1/workers', ...fields), 400, 'bad_request')
  })

  it.each(['x', 'X:80', '127.0.0.1', '[::1]:8787', 'xn--fiqs8s', 'a'.repeat(250)])(
    'may be %s',
    async (host) => {
      expect((await onlyAnswer(request('GET /health', `Host: ${host}`))).status).toBe(200)
    },
  )

  it('may be missing in HTTP/1.0 only', async () => {
    expect((await onlyAnswer('GET /health HTTP/1.0\r\n\r\n')).status).toBe(200)
  })

  it('of an absolute address reaches this server, and none that it names', async () => {
    for (const target of ['http://other.example/health', 'https://other.example:99/health']) {
      expect((await onlyAnswer(get(target))).body).toContain('worker-catalog')
    }
    const page = await onlyAnswer(get('http://other.example/docs'))
    expect(page.body).not.toContain('other.example')
    await expectProblem(get('ftp://other.example/health'), 400, 'bad_request')
  })
})

describe('an address', () => {
  it.each([
    ['/workers/%2F', 400, 'invalid_id'],
    ['/workers/a%2Fb', 400, 'invalid_id'],
    ['/workers/%00', 400, 'invalid_id'],
    ['/workers/%c0%ae%c0%ae', 400, 'invalid_id'],
    ['/workers/%ed%a0%80', 400, 'invalid_id'],
    ['/workers/%e2%80%ae', 400, 'invalid_id'],
    ['/workers/%', 400, 'invalid_id'],
    ['/workers/%u0041', 400, 'invalid_id'],
    ['/workers/%2541', 400, 'invalid_id'],
    ['/workers/LLM-WORKER', 400, 'invalid_id'],
    ['/workers/a;b=c', 400, 'invalid_id'],
    ['/workers/a+b', 400, 'invalid_id'],
    ['/workers/a%20', 400, 'invalid_id'],
    ['//health', 404, 'not_found'],
    ['/health/', 404, 'not_found'],
    ['/health;x=1', 404, 'not_found'],
    ['/HEALTH', 404, 'not_found'],
    ['/health%20', 404, 'not_found'],
    ['/health%3f', 404, 'not_found'],
    ['/%68ealth/x', 404, 'not_found'],
    ['/workers/a/', 404, 'not_found'],
    ['/v1/workers//versions', 404, 'not_found'],
    ['/v1/workers/a/b/c/d', 404, 'not_found'],
    ['\\health', 400, 'bad_request'],
    ['/workers/a\\b', 400, 'bad_request'],
    ['health', 400, 'bad_request'],
    ['/workers/caf\xe9', 400, 'bad_request'],
  ])('%s is answered with %i %s', async (target, status, code) => {
    await expectProblem(get(target), status, code)
  })

  it.each(['/workers/../health', '/workers/%2e%2e/health', '/./health', '/health?', '/health?a=1&a=2&%'])(
    '%s is that of /health',
    async (target) => {
      expect((await onlyAnswer(get(target))).body).toContain('worker-catalog')
    },
  )

  it('never climbs above the root', async () => {
    for (const dots of ['/../../../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd']) {
      await expectProblem(get(dots), 404, 'not_found')
    }
  })

  it.each([
    '1e3',
    '-0',
    '+1',
    '%2b1',
    '0x1',
    '1.0',
    '%201',
    '1%00',
    '٣',
    'NaN',
    '201',
    '',
    '99999999999999999999',
  ])('takes no limit of %s', async (limit) => {
    const target = `/v1/workers?limit=${Buffer.from(limit).toString('latin1')}`
    const { status, body } = await onlyAnswer(get(target))
    expect(status).toBe(400)
    expect(['invalid_limit', 'bad_request']).toContain(JSON.parse(body).code)
  })

  it('may have parameters that nobody asked for, and one of each that was', async () => {
    for (const query of ['x=1', 'limit[]=0', 'LIMIT=0', '__proto__=1', 'limit=%31', '&&&']) {
      expect((await onlyAnswer(get(`/v1/workers?${query}`))).status, query).toBe(200)
    }
    await expectProblem(get('/v1/workers?limit=1&limit=1'), 400, 'invalid_limit')
    await expectProblem(get('/v1/workers?cursor=a&cursor=a'), 400, 'invalid_cursor')
  })

  it('that is too long is refused before it is read', async () => {
    await expectProblem(get(`/${'a'.repeat(20_000)}`), 431, 'headers_too_large')
    await expectProblem(get(`/${'a'.repeat(8000)}`), 404, 'not_found')
  })
})

describe('bytes that two servers could read differently', () => {
  it.each([
    ['two lengths', post('Content-Length: 4', 'Content-Length: 5')],
    ['the same length twice', post('Content-Length: 4', 'Content-Length: 4')],
    ['a list of lengths', post('Content-Length: 4, 4')],
    ['a signed length', post('Content-Length: +4')],
    ['a negative length', post('Content-Length: -1')],
    ['a hexadecimal length', post('Content-Length: 0x4')],
    ['a length beyond all numbers', post('Content-Length: 99999999999999999999999')],
    ['a length and chunks', `${post('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${SMUGGLED}`],
    ['chunks and a length', `${post('Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${SMUGGLED}`],
    ['chunks that are not last', post('Transfer-Encoding: chunked, gzip')],
    ['chunks twice', post('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
    ['an unknown coding', post('Transfer-Encoding: xchunked')],
    ['the coding identity', post('Transfer-Encoding: identity', 'Content-Length: 4')],
    ['a chunk of no size', `${post('Transfer-Encoding: chunked')}zz\r\n`],
    ['a chunk beyond all numbers', `${post('Transfer-Encoding: chunked')}fffffffffffffffff\r\n`],
    ['a chunk that ends with a bare line feed', `${post('Transfer-Encoding: chunked')}1\na\r\n0\r\n\r\n`],
    ['a folded field', get('/health', 'X: a', ' b')],
    ['a field before the first', request('GET /health', ' X: a', 'Host: x')],
    ['a blank before a colon', get('/health', 'X : a')],
    ['a field without a colon', get('/health', 'Xabc')],
    ['a bare carriage return', get('/health', 'X: a\rb')],
    ['NUL in a field', get('/health', 'X: a\0b')],
    ['bare line feeds', 'GET /health HTTP/1.1\nHost: x\nConnection: close\n\n'],
    ['HTTP/1.2', 'GET /health HTTP/1.2\r\nHost: x\r\n\r\n'],
    ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('are refused: %s', async (_what, bytes) => {
    await expectProblem(bytes, 400, 'bad_request')
  })

  it.each([
    ['3000 fields', Array.from({ length: 3000 }, (_, number) => `X${number}: a`)],
    ['one large field', [`X: ${'a'.repeat(20_000)}`]],
  ])('are refused before they fill the memory: %s', async (_what, fields) => {
    await expectProblem(get('/health', ...fields), 431, 'headers_too_large')
  })

  it('are read in order where they are several requests', async () => {
    const body = (length: string) => `GET /health HTTP/1.1\r\nHost: x\r\n${length}\r\n\r\n`
    const text = await conversation(
      `${body('Content-Length: 4')}abcd${body('Transfer-Encoding: chunked')}4\r\nabcd\r\n0\r\n\r\n${SMUGGLED}`,
    )
    expect(answersIn(text).map(({ status }) => status)).toEqual([200, 200, 200])
  })
})

describe('an expectation', () => {
  it('to go on is met, and an unknown one is left aside', async () => {
    const body = '{}'
    const fields = ['Connection: close', `Content-Length: ${body.length}`]
    const went = answersIn(await conversation(post(...fields, 'Expect: 100-continue') + body))
    expect(went.map(({ status }) => status)).toEqual([100, 401])
    expect((await onlyAnswer(post(...fields, 'Expect: 200-ok') + body)).status).toBe(401)
  })

  it('of another protocol is left aside', async () => {
    const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
    expect((await onlyAnswer(get('/health', ...upgrade))).status).toBe(200)
  })
})

it('survives whatever is sent, and answers nothing but HTTP', async () => {
  const word = fc.string({ unit: fc.constantFrom(...'GETPOS /:\r\n\t%\0x1.0aZ;,"'), maxLength: 40 })
  const line = fc.oneof(
    word,
    fc.constantFrom('GET /health HTTP/1.1', 'Host: x', 'Content-Length: 3', '', 'X: y'),
  )
  const bytes = fc.array(line, { maxLength: 12 }).map((lines) => `${lines.join('\r\n')}\r\n\r\n`)
  await fc.assert(
    fc.asyncProperty(bytes, async (text) => {
      // What follows ends the connection whatever came before: it is a request, or it is none.
      const received = await conversation(`${text}\r\n\r\n\0\r\n\r\n`)
      expect(received).toMatch(/^HTTP\/1\.1 [1-5]\d\d /)
      expect(received).not.toMatch(/^HTTP\/1\.1 5/m)
    }),
    { numRuns: 150 },
  )
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})
