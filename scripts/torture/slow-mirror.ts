import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const PIECE_BYTES = 64 * 1024
const PAUSE_MS = 2

/** What is sent of archives, since it was last forgotten. */
export interface Sent {
  /** First bytes of the requests for archives, in their order. */
  readonly starts: number[]
  bytes: number
}

/** A server before a catalog that sends archives slowly, or as quickly as it can. */
export interface SlowMirror {
  readonly url: string
  readonly sent: Sent
  isSlow: boolean
  /** Forgets what was sent. */
  forget(): void
  /** Settles once so many bytes were sent. */
  reached(bytes: number): Promise<void>
  close(): Promise<void>
}

/** @param archives by their SHA-256; everything else is asked of the catalog. */
export async function slowMirror(
  catalog: string,
  archives: ReadonlyMap<string, Uint8Array>,
): Promise<SlowMirror> {
  const sent: Sent = { starts: [], bytes: 0 }
  let waiting: { readonly bytes: number; readonly resolve: () => void }[] = []
  const count = (bytes: number) => {
    sent.bytes += bytes
    for (const one of waiting) if (sent.bytes >= one.bytes) one.resolve()
  }
  const sendArchive = async (response: ServerResponse, archive: Uint8Array) => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(response.req.headers.range ?? '') ?? []
    const start = Number(first ?? 0)
    const end = last ? Number(last) + 1 : archive.length
    sent.starts.push(start)
    const range = `bytes ${start}-${end - 1}/${archive.length}`
    response.writeHead(first === undefined ? 200 : 206, {
      'content-length': end - start,
      ...(first === undefined ? {} : { 'content-range': range }),
    })
    for (let at = start; at < end && !response.destroyed; at += PIECE_BYTES) {
      const piece = archive.subarray(at, Math.min(end, at + PIECE_BYTES))
      response.write(piece)
      count(piece.length)
      if (mirror.isSlow) await sleep(PAUSE_MS)
    }
    response.end()
  }
  const server = createServer(async (request, response) => {
    const sha256 = /^\/v1\/blobs\/sha256\/(\w+)$/.exec(request.url ?? '')?.[1]
    const archive = sha256 === undefined ? undefined : archives.get(sha256)
    if (archive !== undefined) return sendArchive(response, archive)
    const answer = await fetch(catalog + request.url)
    const type = answer.headers.get('content-type')
    response.writeHead(answer.status, type === null ? {} : { 'content-type': type })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // Where a breach ends everything, nobody closes it.
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the mirror has no port')
  const mirror: SlowMirror = {
    url: `http://127.0.0.1:${address.port}`,
    sent,
    isSlow: false,
    forget() {
      sent.starts.length = 0
      sent.bytes = 0
      waiting = []
    },
    reached: (bytes) => new Promise((resolve) => waiting.push({ bytes, resolve })),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return mirror
}
