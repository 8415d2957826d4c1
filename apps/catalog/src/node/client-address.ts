import type { IncomingMessage } from 'node:http'
import { isIP, type Socket } from 'node:net'
import { networkOf } from '../http/client-network.ts'

/**
 * Who asks, as `networkOf` tells clients apart.
 *
 * @param trustProxy whether a proxy stands in front: then the last address of X-Forwarded-For is the one that the proxy
 * saw. What stands before it, and the whole field without a proxy, is the client's own invention.
 */
export function clientAddress({ headers, socket }: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? lastAddress(headers['x-forwarded-for']) : null
  return forwarded === null ? addressOfPeer(socket) : networkOf(forwarded)
}

const peers = new WeakMap<Socket, string>()

/** Looked up once for each connection. */
function addressOfPeer(socket: Socket): string {
  const known = peers.get(socket)
  if (known !== undefined) return known
  const address = networkOf(socket.remoteAddress ?? '')
  // Once a connection is gone, nothing is known of its peer.
  if (address !== '') peers.set(socket, address)
  return address
}

/** Several fields are one list, in their order (RFC 9110, 5.2). */
function lastAddress(fields: string | readonly string[] | undefined): string | null {
  const list = String(fields ?? '')
  const last = list.slice(list.lastIndexOf(',') + 1).trim()
  return isIP(last) === 0 ? null : last
}
