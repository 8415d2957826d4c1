import { createServer } from 'node:http'
import { hasCode, RbeeError } from '@rbee/schema'
import { answerFailure, refuseUpgrade, type Unavailable } from './failure.ts'
import { forwardRequest, MAX_HEADER_BYTES } from './forward-request.ts'
import { forwardUpgrade } from './forward-upgrade.ts'
import type { Upstream } from './upstream.ts'

/** Longer than clients and proxies keep theirs (nginx 60 s, many clients 5 to 60 s), so that they close first. */
const KEEP_ALIVE_MS = 75_000

/** Where requests go at this moment. */
export type Route = { readonly to: Upstream } | { readonly unavailable: () => Unavailable }

/** The address that users know. It stays open while the workers behind it come and go. */
export interface PublicPort {
  readonly port: number
  /** From now on every new request takes this route; those under way stay where they are. */
  route(route: Route): void
  /** Takes no new connections; those that carry nothing are closed, and the others after their answer. */
  refuse(): void
  /** Ends everything at once. */
  close(): Promise<void>
}

/**
 * Opens a port on 127.0.0.1. Fails with `port_in_use`.
 *
 * @param wanted 0 means any free one.
 */
export async function openPublicPort(wanted: number, first: Route): Promise<PublicPort> {
  let current = first
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // An upload may take as long as it takes.
    requestTimeout: 0,
  })
  server.on('request', (incoming, outgoing) => {
    if ('to' in current) forwardRequest(current.to, incoming, outgoing)
    else answerFailure(current.unavailable(), outgoing)
  })
  // Whether the body is wanted is for the worker to say.
  server.on('checkContinue', (incoming, outgoing) => server.emit('request', incoming, outgoing))
  server.on('upgrade', (incoming, socket, head) => {
    if ('to' in current) forwardUpgrade(current.to, incoming, socket, head)
    else refuseUpgrade(current.unavailable(), socket)
  })
  const port = await listen(server, wanted)
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  return {
    port,
    route: (route) => {
      current = route
    },
    refuse: () => void server.close(),
    async close() {
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function listen(server: ReturnType<typeof createServer>, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (!hasCode(error, 'EADDRINUSE', 'EACCES')) return reject(error)
      const why = error.code === 'EACCES' ? 'may not be used by this user' : 'is in use'
      const next = 'choose another with --port, or any free one with --port 0'
      reject(new RbeeError('port_in_use', `port ${wanted} ${why}`, { next, cause: error }))
    })
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : wanted)
    })
  })
}
