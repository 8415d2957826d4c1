import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogFolder, endPrograms, run, serve } from './testing/program.ts'

afterEach(endPrograms)

type Entry = Readonly<Record<string, unknown>>
const entriesOf = (stderr: string): Entry[] =>
  stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)

/** Sends bytes as they are and waits for the end of the connection. */
async function converse(url: string, bytes: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.resume().write(bytes)
  await once(socket, 'close')
}

describe('the log of a server', () => {
  it('is JSON on every line where no person reads it, with one line for each request', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog'])
    const asItIs = { headers: { 'accept-encoding': 'identity' } }
    const response = await fetch(`${server.url}/v1/workers/first-worker?x=1`, asItIs)
    const body = await response.arrayBuffer()
    await (await fetch(`${server.url}/v1/workers/nobody`)).arrayBuffer()
    const { code, stdout, stderr } = await server.stop()
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    const entries = entriesOf(stderr)
    for (const entry of entries) {
      expect(entry).toMatchObject({ time: expect.stringMatching(/^\d{4}-.*Z$/), level: expect.any(String) })
    }
    expect(entries.filter(({ message }) => message === 'request')).toEqual([
      {
        time: expect.any(String),
        level: 'info',
        message: 'request',
        request_id: response.headers.get('x-request-id'),
        method: 'GET',
        path: '/v1/workers/first-worker',
        route: '/v1/workers/:id',
        status: 200,
        bytes: body.byteLength,
        duration_ms: expect.any(Number),
        client: '127.0.0.0/24',
      },
      expect.objectContaining({ path: '/v1/workers/nobody', status: 404 }),
    ])
  })

  it('holds no secret, wherever a client put it', async () => {
    await using folder = await catalogFolder()
    const operator = `the-operators-own-${randomBytes(12).toString('hex')}`
    await using server = await serve(folder.path, ['--catalog', 'catalog'], { RBEE_OPERATOR_TOKEN: operator })
    const secret = `S${randomBytes(20).toString('base64url')}`
    const created = await fetch(`${server.url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
      body: '{"scope":"publish"}',
    })
    const { token } = (await created.json()) as { token: string }
    const authorization = `Authorization: Bearer rbee_pub_${secret}`
    for (const request of [
      `GET /v1/uploads/x HTTP/1.1\r\n${authorization}`,
      `GET /v1/uploads/x HTTP/1.1\r\nAuthorization: Bearer ${token}`,
      `GET /v1/workers?token=${secret} HTTP/1.1`,
      `GET /v1/workers/${secret} HTTP/1.1`,
      `GET /v1/workers/rbee_pub_${secret} HTTP/1.1`,
      `GET /v1/workers/%72bee_pub_${secret} HTTP/1.1`,
      `DELETE /v1/tokens/${token} HTTP/1.1\r\nAuthorization: Bearer ${operator}`,
      `GET /v1/workers/first-worker HTTP/1.1\r\nCookie: session=${secret}`,
      `GET /v1/workers/first-worker HTTP/1.1\r\nReferer: https://x.example/?t=${secret}`,
      `GET /v1/workers/first-worker HTTP/1.1\r\nUser-Agent: ${secret}`,
      `GET /v1/workers/first-worker HTTP/1.1\r\nX-Request-Id: ${secret}`,
      `GET http://user:${secret}@catalog.test/v1/workers HTTP/1.1`,
      `${secret} / HTTP/1.1`,
      `GET / HTTP/9.${secret}`,
      `POST /v1/tokens HTTP/1.1\r\n${authorization}\r\nContent-Type: application/json\r\nContent-Length: 2`,
    ]) {
      await converse(server.url, `${request}\r\nHost: catalog.test\r\nConnection: close\r\n\r\n{}`)
    }
    const { stderr } = await server.stop()
    expect(entriesOf(stderr).filter(({ message }) => message === 'request').length).toBeGreaterThan(13)
    for (const hidden of [secret, operator, token, token.slice('rbee_pub_'.length)]) {
      expect(stderr).not.toContain(hidden)
    }
  })

  it('takes over the name that a trusted proxy gave a request', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog', '--trust-proxy'])
    const ask = async (id: string) => {
      const response = await fetch(`${server.url}/health`, { headers: { 'x-request-id': id } })
      await response.arrayBuffer()
      return response.headers.get('x-request-id')
    }
    expect(await ask('6f0d3c1e-6d0b-4a53-9d0e-1f2a3b4c5d6e')).toBe('6f0d3c1e-6d0b-4a53-9d0e-1f2a3b4c5d6e')
    expect(await ask('short')).not.toBe('short')
    expect(await ask('"} forged {"level":"error')).not.toContain('forged')
    const { stderr } = await server.stop()
    expect(
      entriesOf(stderr).some(({ request_id }) => request_id === '6f0d3c1e-6d0b-4a53-9d0e-1f2a3b4c5d6e'),
    ).toBe(true)
    expect(stderr).not.toContain('forged')
  })

  it.each([
    [['--log-format', 'text'], {}, /^GET \/health 200 \d+ B \d+\.\d ms$/m],
    [[], { RBEE_LOG_FORMAT: 'text' }, /^GET \/health 200 /m],
    [['--log-format', 'off'], {}, null],
    [['--log-format', 'json', '--log-level', 'warn'], {}, null],
    [['--quiet'], {}, null],
  ])('tells of requests as %j %j say', async (args, env, expected) => {
    await using folder = await catalogFolder()
    // A quiet server does not tell its address.
    const port = await freePort()
    const program = run(
      folder.path,
      ['serve', '--port', String(port), '--data-dir', 'data', '--catalog', 'catalog', ...args],
      env,
    )
    void program
    await expect
      .poll(async () => (await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.status, {
        timeout: 20_000,
      })
      .toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await endPrograms()
    const { stderr } = await program
    if (expected === null) expect(stderr).not.toContain('/health')
    else expect(stderr).toMatch(expected)
  })
})
