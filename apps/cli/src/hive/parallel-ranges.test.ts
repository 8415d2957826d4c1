import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { download } from './download.ts'
import { RANGE_BYTES } from './parallel-ranges.ts'

const SIZE = 6 * RANGE_BYTES + 12_345
const BYTES = Buffer.alloc(SIZE, 'what an archive holds, and no multiple of anything; ')
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

async function collect(url: URL, signal = new AbortController().signal): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const options = { fetch, signal, size: SIZE, singleMs: 0, onBytes: () => {} }
  for await (const chunk of download(url, options)) chunks.push(chunk.slice())
  return Buffer.concat(chunks)
}

/** Sends some bytes at once and the rest of a whole answer never, so that only ranges bring it. */
function slowServer(seen: string[], onRange: RequestListener | null = null): RequestListener {
  return (request, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    if (first === undefined || last === undefined) {
      response.writeHead(200, { 'content-length': SIZE })
      setTimeout(() => response.write(BYTES.subarray(0, 100_000)), 20)
      return
    }
    seen.push(request.headers.range ?? '')
    if (onRange !== null) return onRange(request, response)
    const part = BYTES.subarray(Number(first), Number(last) + 1)
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${SIZE}` }).end(part)
  }
}

describe('a download over a slow connection', () => {
  it('fetches ranges side by side and gives them in their order', async () => {
    const seen: string[] = []
    const together: number[] = []
    let open = 0
    const url = await serve(
      slowServer(seen, (request, response) => {
        open += 1
        together.push(open)
        const [first = 0, last = 0] = (/(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [])
          .slice(1)
          .map(Number)
        // The later ones come first.
        setTimeout(
          () => {
            open -= 1
            response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${SIZE}` })
            response.end(BYTES.subarray(first, last + 1))
          },
          60 - (first / SIZE) * 50,
        )
      }),
    )
    expect((await collect(url)).equals(BYTES)).toBe(true)
    expect(Math.max(...together)).toBe(4)
    expect(seen).toHaveLength(6)
  })

  it('takes up a range again that breaks off, and asks for the rest of it only', async () => {
    const seen: string[] = []
    const url = await serve(
      slowServer(seen, (request, response) => {
        const [first = 0, last = 0] = (/(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? [])
          .slice(1)
          .map(Number)
        const part = BYTES.subarray(first, last + 1)
        response.writeHead(206, {
          'content-range': `bytes ${first}-${last}/${SIZE}`,
          'content-length': part.length,
        })
        if (part.length < RANGE_BYTES) response.end(part)
        else response.write(part.subarray(0, RANGE_BYTES / 2), () => response.destroy())
      }),
    )
    expect((await collect(url)).equals(BYTES)).toBe(true)
    expect(seen.length).toBeGreaterThan(6)
  })

  it('stays with one connection where the server knows no ranges', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      response.writeHead(200, { 'content-length': SIZE })
      setTimeout(
        () => response.write(BYTES.subarray(0, 100_000), () => response.end(BYTES.subarray(100_000))),
        20,
      )
    })
    expect((await collect(url)).equals(BYTES)).toBe(true)
    // The first, at most four ranges that were not heeded, and one more.
    expect(requests).toBeLessThanOrEqual(6)
  })

  it('ends every connection when it is interrupted', async () => {
    const interrupted = new AbortController()
    let ended = 0
    const url = await serve(
      slowServer([], (_request, response) => {
        response.on('close', () => {
          ended += 1
        })
        setTimeout(() => interrupted.abort(new Error('interrupted')), 50)
      }),
    )
    await expect(collect(url, interrupted.signal)).rejects.toThrow('interrupted')
    await expect.poll(() => ended).toBe(4)
  })
})
