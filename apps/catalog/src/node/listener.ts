import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RbeeError } from '@rbee/schema'
import type { Hono } from 'hono'

/** How long running requests may take after the server was told to stop, in milliseconds. */
const CLOSE_GRACE_MS = 10_000
/** Larger than the idle time of common proxies, so that the proxy closes first and sends nothing into a closed connection. */
const KEEP_ALIVE_MS = 75_000

export interface Listener {
  /** `http://HOST:PORT` of the socket. */
  readonly url: string
  close(): Promise<void>
}

/** Listens and answers with the app; `makeApp` is told the address, whose port may just have been chosen. */
export async function listen(
  { host, port }: { readonly host: string; readonly port: number },
  makeApp: (url: string) => Hono,
): Promise<Listener> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS })
  await listening(server, host, port)
  const url = addressOf(server, host)
  const app = makeApp(url)
  server.on('request', getRequestListener(app.fetch, { hostname: host }))
  return { url, close: () => close(server) }
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE') {
      throw new RbeeError('port_in_use', `Something listens on ${host}:${port} already`, {
        next: 'stop it, or choose another port with --port (0 takes any free one)',
        cause,
      })
    }
    throw cause
  }
}

function addressOf(server: Server, host: string): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address')
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  const patience = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
  await closed
  clearTimeout(patience)
}
