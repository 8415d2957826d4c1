import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a mirror answers when an archive is asked for, whose true bytes it is handed. */
export type ArchiveAnswer = (request: IncomingMessage, response: ServerResponse, archive: Buffer) => void

export interface Mirror {
  readonly url: string
  /** Range headers of the requests for archives, in their order; null where a request had none. */
  readonly ranges: (string | null)[]
  answer: ArchiveAnswer
  /** What becomes of every other answer; by default nothing. */
  document: (path: string, text: string) => string
  /** Whether it passes signed metadata on; else it is a registry that signs nothing. */
  signed: boolean
  /** Requests below `/never`, which get no answer. */
  waiting: number
  [Symbol.asyncDispose](): Promise<void>
}

/** A server between a machine and its registry, which passes everything on and does as it likes with archives. */
export async function aMirror(
  registry: string,
  onRequest: (request: IncomingMessage) => void = () => {},
): Promise<Mirror> {
  const server = createServer(async (request, response) => {
    onRequest(request)
    if (request.url?.startsWith('/never/')) {
      mirror.waiting += 1
      return
    }
    if (!mirror.signed && request.url?.startsWith('/v1/tuf/')) {
      response.writeHead(404).end()
      return
    }
    const original = await fetch(registry + request.url)
    const body = Buffer.from(await original.arrayBuffer())
    if (request.url?.startsWith('/v1/blobs/')) {
      mirror.ranges.push(request.headers.range ?? null)
      mirror.answer(request, response, body)
    } else {
      response.writeHead(original.status, { 'content-type': original.headers.get('content-type') ?? '' })
      // Tiles of the log are no text.
      const isTile = request.url?.startsWith('/v1/log/tile/')
      response.end(isTile ? body : mirror.document(request.url ?? '', body.toString('utf8')))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const mirror: Mirror = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges: [],
    answer: faithful,
    document: (_path, text) => text,
    signed: true,
    waiting: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return mirror
}

/** The bytes that were asked for. */
export const faithful: ArchiveAnswer = (request, response, archive) => {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (first !== undefined && last !== undefined) {
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${archive.length}` })
    response.end(archive.subarray(Number(first), Number(last) + 1))
    return
  }
  const start = startOf(request)
  head(response, start, archive.length)
  response.end(archive.subarray(start))
}

/** Other bytes of the same length. */
export const spoiled: ArchiveAnswer = (request, response, archive) => {
  const copy = Buffer.from(archive)
  const middle = Math.floor(copy.length / 2)
  copy.writeUInt8(copy.readUInt8(middle) ^ 1, middle)
  faithful(request, response, copy)
}

/** At most this many bytes, then the connection breaks. */
export function breaking(bytes: number): ArchiveAnswer {
  return (request, response, archive) => {
    const start = startOf(request)
    head(response, start, archive.length)
    response.write(archive.subarray(start, start + bytes), () => {
      if (start + bytes >= archive.length) response.end()
      else response.destroy()
    })
  }
}

/** The first half, and then nothing for ever. */
export const stuck: ArchiveAnswer = (_request, response, archive) => {
  head(response, 0, archive.length)
  response.write(archive.subarray(0, archive.length / 2))
}

/** The archive up to a share of it, from where it is asked for, and then nothing for ever. */
export function stuckAt(share: number): ArchiveAnswer {
  return (request, response, archive) => {
    const start = startOf(request)
    head(response, start, archive.length)
    response.write(archive.subarray(start, archive.length * share))
  }
}

/** The archive up to a share of it, in whatever ranges it is asked for; behind that every connection breaks. */
export function lostAt(share: number): ArchiveAnswer {
  return (request, response, archive) => {
    const end = Math.floor(archive.length * share)
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const start = Number(first)
    if (start >= end) response.destroy()
    else if (last !== '' && Number(last) < end) faithful(request, response, archive)
    else {
      if (last === '') head(response, start, archive.length)
      else response.writeHead(206, { 'content-range': `bytes ${start}-${last}/${archive.length}` })
      response.write(archive.subarray(start, end), () => response.destroy())
    }
  }
}

function startOf(request: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
}

function head(response: ServerResponse, start: number, size: number): void {
  response.writeHead(start === 0 ? 200 : 206, {
    'content-length': size - start,
    ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${size - 1}/${size}` }),
  })
}
