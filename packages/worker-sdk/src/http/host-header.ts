import { isIPv4 } from 'node:net'

/**
 * Whether a request may be answered for its Host header. On a loopback connection only names of this machine are
 * trusted: a page that makes its own name point at 127.0.0.1 (DNS rebinding) could otherwise read answers.
 */
export function isTrustedHost(host: string | undefined, localAddress: string | undefined): boolean {
  if (!isLoopback(localAddress ?? '')) return true
  if (host === undefined) return false
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase()
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name.replace(/^\[|\]$/g, ''))
}

function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'))
}
