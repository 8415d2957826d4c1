import { once } from 'node:events'
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How long a connection that has not sent a whole head of a request may take for it once the server ends. */
const FIRST_REQUEST_MS = 1000

export interface OrderlyEnd {
  /** Requests that are not answered yet. */
  runningRequests(): number
  /**
   * Takes no new connections, lets running requests finish, and closes every connection after its answer. What is not
   * finished after `graceMs` milliseconds is cut off.
   */
  end(graceMs: number): Promise<void>
}

/** Follows the requests of a server, so that it can end in order. To be made before the server listens. */
export function orderlyEnd(server: Server): OrderlyEnd {
  const silent = new Set<Socket>()
  const running = new Set<ServerResponse>()
  let isEnding = false

  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }, outgoing: ServerResponse) => {
    silent.delete(socket)
    if (outgoing.writableEnded) return
    running.add(outgoing)
    if (isEnding) closeAfter(outgoing)
    outgoing.once('close', () => {
      running.delete(outgoing)
      // An answer whose head had been sent before could not say that its connection closes.
      if (isEnding) setImmediate(() => server.closeIdleConnections())
    })
  })

  return {
    runningRequests: () => running.size,
    async end(graceMs) {
      isEnding = true
      const closed = once(server, 'close')
      server.close()
      for (const outgoing of running) closeAfter(outgoing)
      const timers = [
        setTimeout(() => destroyAll(silent), Math.min(FIRST_REQUEST_MS, graceMs)),
        setTimeout(() => server.closeAllConnections(), graceMs),
      ]
      await closed
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

function destroyAll(sockets: Iterable<Socket>): void {
  for (const socket of sockets) socket.destroy()
}

function closeAfter(outgoing: ServerResponse): void {
  if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close')
}
