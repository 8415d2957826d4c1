import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, noteStatus, repeatedly } from './tally.ts'

const READER_PAUSE_MS = 1000
/** A mobile line at its worst: some 32 kB/s, for half a minute. */
const SLOW_READ = { bytes: 16 * 1024, everyMs: 500, times: 60 }
/** A head that takes ten seconds. */
const HEAD_BYTE_MS = 100
const SLOW_UPLOAD = { bytes: 256 * 1024, slices: 20, everyMs: 1000 }

/** Reads a document once a second over one connection. */
export function reader(url: string): Client {
  return async (tally, signal) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    await repeatedly('reader', tally, signal, async () => {
      const started = performance.now()
      const response = await answerTo(request(url, { agent, signal }))
      for await (const _chunk of response);
      tally.latencies.push(performance.now() - started)
      noteStatus(tally, 'reader', response.statusCode ?? 0)
      await pause(READER_PAUSE_MS, undefined, { signal })
    })
    agent.destroy()
  }
}

/** Asks for a large file, takes little of it at a time, and leaves before its end. */
export function slowReader(url: string): Client {
  return (tally, signal) =>
    repeatedly('slow reader', tally, signal, async () => {
      const asked = request(url, { agent: false, signal })
      const response = await answerTo(asked)
      for (let count = 0; count < SLOW_READ.times; count += 1) {
        await pause(SLOW_READ.everyMs, undefined, { signal })
        response.read(SLOW_READ.bytes)
        if (response.errored ?? response.destroyed) throw response.errored ?? new Error('the file broke off')
      }
      noteStatus(tally, 'slow reader', response.statusCode ?? 0)
      asked.destroy()
    })
}

/** Sends the head of a request byte by byte. */
export function slowHead(url: string): Client {
  const { hostname, port, pathname, host } = new URL(url)
  const head = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`
  return (tally, signal) =>
    repeatedly('slow head', tally, signal, async () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', ignored)
      try {
        await once(socket, 'connect', { signal })
        let answer = ''
        socket.setEncoding('latin1').on('data', (text: string) => {
          answer += text
        })
        const closed = new Promise((resolve) => socket.once('close', resolve))
        for (const byte of head) {
          socket.write(byte)
          await pause(HEAD_BYTE_MS, undefined, { signal })
        }
        await closed
        noteStatus(tally, 'slow head', Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]))
      } finally {
        socket.destroy()
      }
    })
}

/** Opens an upload, sends its one part slice by slice, and abandons it. */
export function slowUpload(url: string, operatorToken: string): Client {
  return async (tally, signal) => {
    // Of one token, only so many uploads may be open.
    const headers = { authorization: `Bearer ${await newToken(url, operatorToken)}` }
    await repeatedly('slow upload', tally, signal, async () => {
      const bytes = randomBytes(SLOW_UPLOAD.bytes)
      const opened = await fetch(`${url}/v1/uploads`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({
          format: 'tar.gz',
          sha256: createHash('sha256').update(bytes).digest('hex'),
          size: bytes.length,
          digest: `sha256:${'0'.repeat(64)}`,
        }),
        signal,
      })
      noteStatus(tally, 'slow upload, opening', opened.status)
      const { upload_id } = (await opened.json()) as { upload_id: string }
      const upload = `${url}/v1/uploads/${upload_id}`
      const part = request(`${upload}/parts/1`, {
        method: 'PUT',
        agent: false,
        headers: { ...headers, 'content-length': bytes.length },
        signal,
      })
      const answered = answerTo(part, false)
      answered.catch(ignored)
      const size = bytes.length / SLOW_UPLOAD.slices
      for (let slice = 0; slice < SLOW_UPLOAD.slices; slice += 1) {
        part.write(bytes.subarray(slice * size, (slice + 1) * size))
        await pause(SLOW_UPLOAD.everyMs, undefined, { signal })
      }
      part.end()
      const response = await answered
      response.resume()
      noteStatus(tally, 'slow upload, part', response.statusCode ?? 0)
      const abandoned = await fetch(upload, { method: 'DELETE', headers, signal })
      noteStatus(tally, 'slow upload, abandoning', abandoned.status)
    })
  }
}

async function newToken(url: string, operatorToken: string): Promise<string> {
  const response = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    body: '{"scope":"publish"}',
  })
  const { token } = (await response.json()) as { token: string }
  return token
}

async function answerTo(asked: ClientRequest, isWhole = true): Promise<IncomingMessage> {
  if (isWhole) asked.end()
  // What goes wrong later is seen where the answer is read.
  asked.on('error', ignored)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.on('error', ignored)
  return response
}

function ignored(): void {}
