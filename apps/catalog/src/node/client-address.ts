import { isIP, isIPv6 } from 'node:net'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/**
 * Who is counted as one client: an IPv4 address, or the /64 network of an IPv6 address, which is the least that a
 * single customer is given (RFC 6177) and holds more addresses than anybody could count.
 *
 * @param trustProxy whether a proxy stands in front: then the last address of X-Forwarded-For is the one that the proxy
 * saw. What stands before it, and the whole field without a proxy, is the client's own invention.
 */
export function clientAddress(context: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? lastAddress(context.req.header('x-forwarded-for')) : null
  return networkOf(forwarded ?? getConnInfo(context).remote.address ?? '')
}

function lastAddress(field: string | undefined): string | null {
  const last = field?.slice(field.lastIndexOf(',') + 1).trim() ?? ''
  return isIP(last) === 0 ? null : last
}

/** `::ffff:192.0.2.1` → `192.0.2.1`, `2001:db8::1` → `2001:db8:0:0` */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const omitted = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  return [...before, ...omitted, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')
}
