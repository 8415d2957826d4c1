import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endStalledConnections } from './stalled-connections.ts'

const STALLED_MS = 200

describe('endStalledConnections', () => {
  let latest: ServerResponse | undefined
  let answer: (outgoing: ServerResponse) => void = () => {}
  const server = createServer((_incoming, outgoing) => {
    latest = outgoing
    answer(outgoing)
  })
  endStalledConnections(server, () => latest, STALLED_MS)
  const sockets: Socket[] = []
  beforeEach(async () => {
    latest = undefined
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  async function open(text: string): Promise<Socket> {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const socket = connect(address.port, '127.0.0.1')
    sockets.push(socket)
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(text)
    return socket
  }

  it('ends a client that does not send what it announced', async () => {
    answer = () => {}
    const socket = await open('PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n123')
    socket.resume()
    await once(socket, 'close')
  })

  it('ends a client that does not take what it asked for', async () => {
    answer = (outgoing) => outgoing.end(Buffer.alloc(50_000_000))
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    socket.pause()
    await expect.poll(() => latest?.destroyed, { timeout: 5000 }).toBe(true)
  })

  it('waits with a client for an answer that takes its time', async () => {
    answer = (outgoing) => void setTimeout(() => outgoing.end('done'), 4 * STALLED_MS)
    const socket = await open('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => {
      text += more
    })
    await once(socket, 'close')
    expect(text).toMatch(/done/)
  })
})
