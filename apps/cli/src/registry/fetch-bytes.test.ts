import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { fetchBytes } from './fetch-bytes.ts'

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`)
}

async function read(url: URL, signal = new AbortController().signal) {
  const { status, headers, body } = await fetchBytes(url, { headers: { range: 'bytes=1-' }, signal })
  const chunks: Uint8Array[] = []
  for await (const chunk of body ?? []) chunks.push(chunk)
  return { status, range: headers.get('content-range'), text: Buffer.concat(chunks).toString() }
}

describe('fetching many bytes', () => {
  it('gives status, headers and bytes', async () => {
    const url = await serve((request, response) => {
      response.writeHead(206, { 'content-range': 'bytes 1-4/5' }).end(request.headers.range)
    })
    expect(await read(url)).toEqual({ status: 206, range: 'bytes 1-4/5', text: 'bytes=1-' })
  })

  it('follows redirects, also to another host', async () => {
    const store = await serve((request, response) => response.end(`${request.url} ${request.headers.range}`))
    const registry = await serve((request, response) => {
      const location = request.url === '/archive' ? '/moved' : `${store.origin}/bytes`
      response.writeHead(302, { location }).end()
    })
    expect(await read(registry)).toMatchObject({ status: 200, text: '/bytes bytes=1-' })
  })

  it.each([
    ['in a circle', '/archive', /redirects more than 5 times/],
    ['to a file', 'file:///etc/passwd', /redirects to file:.* not safe/],
    ['to nowhere', 'http://', /no address/],
  ])('does not follow redirects %s', async (_, location, message) => {
    const url = await serve((_request, response) => response.writeHead(301, { location }).end())
    await expect(read(url)).rejects.toThrow(message)
  })

  it('says so when the connection breaks', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('some', () => response.destroy())
    })
    await expect(read(url)).rejects.toThrow()
  })

  it('ends when it is told to', async () => {
    const controller = new AbortController()
    const url = await serve((_request, response) => {
      response.write('some')
      controller.abort()
    })
    await expect(read(url, controller.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })
})
