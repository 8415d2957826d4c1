import { isIPv6 } from 'node:net'

/**
 * Who is counted as one client: an IPv4 address, or the /64 network of an IPv6 address, which is the least that a
 * single customer is given (RFC 6177) and holds more addresses than anybody could count.
 *
 * `::ffff:192.0.2.1` → `192.0.2.1`, `2001:db8::1` → `2001:db8:0:0`
 */
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

/**
 * What a log may hold of a client: enough to see where a flood comes from, too little to name a household. The /24 of
 * an IPv4 address, the /48 of an IPv6 one; null where nothing is known.
 *
 * @param network as {@link networkOf} gives it.
 */
export function loggedNetwork(network: string): string | null {
  if (network === '') return null
  const dot = network.lastIndexOf('.')
  if (dot !== -1) return `${network.slice(0, dot)}.0/24`
  return `${network.slice(0, network.lastIndexOf(':'))}::/48`
}
