import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { anUploadInput, failureOf } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { createClient } from './client.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

/** A registry that answers as a test wants. */
async function registry(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return `http://127.0.0.1:${address.port}`
}

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  registry((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })

const state = {
  upload_id: 'u1',
  status: 'open',
  sha256: 'a'.repeat(64),
  size: 3,
  part_size: 16_777_216,
  parts: 1,
  received_parts: [1],
  expires_at: null,
}
const status = { catalogs: [] }

describe('a call', () => {
  it('ends an answer that does not end', async () => {
    const url = await registry((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const blanks = Buffer.alloc(1024 * 1024, ' ')
      const go = () => {
        while (response.write(blanks)) {}
      }
      response.on('drain', go)
      go()
    })
    expect(await failureOf(createClient({ registry: url }).catalogStatus())).toMatchObject({
      code: 'registry_invalid',
      message: `${url} answered with more than 32 MiB`,
    })
  })

  it('gives up on an answer that stops in the middle', async () => {
    const url = await registry((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{')
    })
    const client = createClient({ registry: url, timeoutMs: 50 })
    expect(await failureOf(client.catalogStatus())).toMatchObject({ code: 'registry_unreachable' })
  })

  it('says what to do where there is no TLS, in one line', async () => {
    const url = (await answering(200, {})).replace('http:', 'https:')
    expect(await failureOf(createClient({ registry: url }).catalogStatus())).toMatchObject({
      code: 'registry_unreachable',
      message: expect.stringMatching(/^[^\n]*is it an http address\?$/),
    })
  })

  it('gives the answer in its shape', async () => {
    const client = createClient({ registry: await answering(200, { ...status, added_later: 1 }) })
    expect(await client.catalogStatus()).toEqual(status)
  })

  it('sends the token, and a part as bytes of known length', async () => {
    const seen: IncomingMessage[] = []
    const chunks: Buffer[] = []
    const url = await registry((request, response) => {
      seen.push(request)
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => response.end(JSON.stringify(state)))
    })
    const client = createClient({ registry: url, token: 'rbee_pub_x' })
    expect(await client.putPart('u/1', 1, new Uint8Array([1, 2, 3]))).toEqual(state)
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/v1/uploads/u%2F1/parts/1' })
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer rbee_pub_x',
      'content-length': '3',
      'content-type': 'application/octet-stream',
    })
    expect(Buffer.concat(chunks)).toEqual(Buffer.from([1, 2, 3]))
  })

  it('keeps a path in the address of the registry', async () => {
    const paths: (string | undefined)[] = []
    const url = await registry((request, response) => {
      paths.push(request.url)
      response.end(JSON.stringify(status))
    })
    await createClient({ registry: `${url}/catalog` }).catalogStatus()
    expect(paths).toEqual(['/catalog/v1/catalog/status'])
  })
})

describe('a failure', () => {
  const failure = async (url: string) => failureOf(createClient({ registry: url }).getWorker('echo-worker'))

  it('has the code, the advice and the details of the server', async () => {
    const problem = {
      type: '/docs/errors#no_artifact',
      title: 'No artifact',
      status: 404,
      detail: 'nothing for macos',
      error: 'nothing for macos',
      code: 'no_artifact',
      next: 'ask for linux',
      available: ['linux-x86_64'],
    }
    expect(await failure(await answering(404, problem))).toMatchObject({
      code: 'no_artifact',
      message: 'nothing for macos',
      next: 'ask for linux',
      details: { available: ['linux-x86_64'] },
    })
  })

  it.each([
    [
      'a problem whose code is not known',
      418,
      { type: '', title: '', status: 418, detail: 'x', error: 'x', code: 'teapot' },
    ],
    ['a page of a proxy', 404, '<html>'],
    ['something that is not JSON', 200, '<html>'],
    ['another shape', 200, { id: 1 }],
    ['nothing', 200, ''],
  ])('is registry_invalid for %s', async (_what, code, body) => {
    expect((await failure(await answering(code, body)))?.code).toBe('registry_invalid')
  })

  it('is registry_invalid where the server knows no such address, and names the setting', async () => {
    const detail = 'There is nothing at this address'
    const url = await answering(404, {
      type: '',
      title: '',
      status: 404,
      detail,
      error: detail,
      code: 'not_found',
    })
    expect(await failure(url)).toMatchObject({
      code: 'registry_invalid',
      message: `${url} answered with HTTP 404: there is no such address`,
      next: expect.stringContaining('--registry'),
    })
    const client = createClient({ registry: url })
    expect((await failureOf(client.revokeToken('gone')))?.code).toBe('not_found')
  })

  it('is registry_unreachable where nothing listens', async () => {
    const url = await answering(200, status)
    servers[0]?.close()
    expect((await failure(url))?.code).toBe('registry_unreachable')
  })

  it('is registry_unreachable when no answer comes in time', async () => {
    const client = createClient({ registry: await registry(() => {}), timeoutMs: 20 })
    expect((await failureOf(client.catalogStatus()))?.code).toBe('registry_unreachable')
  })

  it('never leads the token to another address', async () => {
    let asked = 0
    const other = await registry((_request, response) => {
      asked += 1
      response.end(JSON.stringify(status))
    })
    const url = await answering(307, '', { location: `${other}/v1/catalog/status` })
    const failure = await failureOf(createClient({ registry: url, token: 'rbee_op_x' }).catalogStatus())
    expect(failure).toMatchObject({ code: 'registry_invalid', message: expect.stringContaining(other) })
    expect(asked).toBe(0)
  })
})

describe('a call that fails on the way', () => {
  const failingTwice = async () => {
    const seen: string[] = []
    const url = await registry((request, response) => {
      let body = ''
      request.on('data', (chunk) => {
        body += chunk
      })
      request.on('end', () => {
        seen.push(body)
        response.writeHead(seen.length < 3 ? 503 : 200).end(seen.length < 3 ? '' : JSON.stringify(state))
      })
    })
    return { url, seen }
  }

  it('is made again with the same body', async () => {
    const { url, seen } = await failingTwice()
    await createClient({ registry: url }).openUpload(anUploadInput())
    expect(seen).toHaveLength(3)
    expect(new Set(seen).size).toBe(1)
    expect(JSON.parse(`${seen[0]}`)).toEqual(anUploadInput())
  })

  it('is not made again where it would make a second token', async () => {
    const { url, seen } = await failingTwice()
    await failureOf(createClient({ registry: url }).createToken({ scope: 'publish' }))
    expect(seen).toHaveLength(1)
  })

  it('ends with the reason of its signal, also between two attempts', async () => {
    const controller = new AbortController()
    const url = await registry((_request, response) => {
      response.writeHead(503, { 'retry-after': '9' }).end()
      setTimeout(() => controller.abort(new Error('enough')), 20)
    })
    const client = createClient({ registry: url, signal: controller.signal })
    await expect(client.catalogStatus()).rejects.toThrow('enough')
    await expect(client.catalogStatus()).rejects.toThrow('enough')
  })
})
