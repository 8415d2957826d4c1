import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { download } from './download.ts'

const BYTES = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251))
let server: Server | undefined

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(listener: RequestListener): Promise<URL> {
  server = createServer(listener)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/archive`)
}

async function collect(url: URL, options: { size?: number; signal?: AbortSignal; stallMs?: number } = {}) {
  const chunks: Uint8Array[] = []
  let counted = 0
  const source = download(url, {
    fetch,
    signal: options.signal ?? new AbortController().signal,
    size: options.size ?? BYTES.length,
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
    onBytes: (count) => {
      counted += count
    },
  })
  for await (const chunk of source) chunks.push(chunk.slice())
  return { bytes: Buffer.concat(chunks), counted }
}

/** Serves BYTES with ranges, and breaks the connection after `limit` bytes of each answer. */
function breaking(limit: number, ranges: (string | undefined)[]): RequestListener {
  return (request, response) => {
    ranges.push(request.headers.range)
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(start === 0 ? 200 : 206, {
      'content-length': BYTES.length - start,
      ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${BYTES.length - 1}/${BYTES.length}` }),
    })
    response.write(BYTES.subarray(start, start + limit), () => {
      if (start + limit >= BYTES.length) response.end()
      else response.destroy()
    })
  }
}

describe('download', () => {
  it('takes a broken connection up again where it stopped', async () => {
    const ranges: (string | undefined)[] = []
    const { bytes, counted } = await collect(await serve(breaking(40_000, ranges)))
    expect(bytes.equals(BYTES)).toBe(true)
    expect(counted).toBe(BYTES.length)
    expect(ranges).toEqual([undefined, 'bytes=40000-', 'bytes=80000-'])
  })

  it('finds its place in an answer of a server that knows no ranges', async () => {
    let calls = 0
    const url = await serve((_request, response) => {
      calls += 1
      response.writeHead(200, { 'content-length': BYTES.length })
      if (calls === 1) response.write(BYTES.subarray(0, 70_000), () => response.destroy())
      else response.end(BYTES)
    })
    const { bytes, counted } = await collect(url)
    expect(bytes.equals(BYTES)).toBe(true)
    expect(counted).toBe(BYTES.length)
  })

  it('refuses a range that begins elsewhere', async () => {
    const url = await serve((request, response) => {
      if (request.headers.range === undefined) {
        response.writeHead(200, { 'content-length': BYTES.length })
        response.write(BYTES.subarray(0, 10), () => response.destroy())
      } else response.writeHead(206, { 'content-range': `bytes 0-9/${BYTES.length}` }).end(BYTES)
    })
    await expect(collect(url)).rejects.toMatchObject({ code: 'registry_invalid' })
  })

  it('gives up a connection that sends nothing, and takes it up again', async () => {
    let calls = 0
    const url = await serve((request, response) => {
      calls += 1
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      if (start > 0) response.writeHead(206, { 'content-range': `bytes ${start}-${BYTES.length - 1}/*` })
      if (calls === 1) response.write(BYTES.subarray(0, 1000))
      else response.end(BYTES.subarray(start))
    })
    expect((await collect(url, { stallMs: 100 })).bytes.equals(BYTES)).toBe(true)
    expect(calls).toBe(2)
  })

  it('gives up a server that drips, and one that breaks off after every byte', async () => {
    const dripping = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': BYTES.length })
      const drip = setInterval(() => response.write('x'), 5)
      response.once('close', () => clearInterval(drip))
    })
    await expect(collect(dripping, { stallMs: 60 })).rejects.toMatchObject({
      code: 'registry_unreachable',
      message: expect.stringMatching(/no more than \d+ bytes came within 0\.06 s/),
    })
    const ranges: (string | undefined)[] = []
    server?.closeAllConnections()
    const crumbling = await serve(breaking(1, ranges))
    await expect(collect(crumbling)).rejects.toMatchObject({ code: 'registry_unreachable' })
    expect(ranges.length).toBe(16)
  })

  it('stops reading from a server that sends more than there should be', async () => {
    const url = await serve((_request, response) => response.end(BYTES))
    await expect(collect(url, { size: 1000 })).rejects.toMatchObject({ code: 'size_mismatch' })
  })

  it.each([404, 403, 302])('says what the registry answered: %d', async (status) => {
    const url = await serve((_request, response) => response.writeHead(status).end('no'))
    await expect(collect(url)).rejects.toMatchObject({
      code: 'registry_invalid',
      message: expect.stringContaining(String(status)),
    })
  })

  it('tries again after errors of the server, and gives up when nothing ever comes', async () => {
    let calls = 0
    const url = await serve((_request, response) => {
      calls += 1
      if (calls < 3) response.writeHead(503).end()
      else response.end(BYTES)
    })
    expect((await collect(url)).bytes.equals(BYTES)).toBe(true)

    const refusing = new URL(url)
    server?.closeAllConnections()
    await new Promise((resolve) => server?.close(resolve))
    await expect(collect(refusing)).rejects.toMatchObject({ code: 'registry_unreachable' })
  })

  it('ends at once when it is interrupted', async () => {
    const interruption = new AbortController()
    const url = await serve((_request, response) => {
      response.write(BYTES.subarray(0, 10))
      interruption.abort(new Error('enough'))
    })
    await expect(collect(url, { signal: interruption.signal })).rejects.toThrow('enough')
  })
})
