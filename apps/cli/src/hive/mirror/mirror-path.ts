import { join } from 'node:path'

/** What lies beside a worker or a release and not below it. */
const LEAVES = new Set(['versions', 'keys', 'latest', 'readme'])

/**
 * Where a static mirror keeps what the registry answers at an address. A worker and a release are both a document and the folder
 * of others: their documents are the `index.html` of that folder, which web servers answer for its name and a slash.
 *
 * Null for an address that leads out of the folder or is none of a registry.
 */
export function mirrorPath(root: string, address: string): string | null {
  const names = address.split('/').slice(1).map(decoded)
  if (names[0] !== 'v1' || !names.every((name) => name !== null && isPlain(name))) return null
  const [, kind, , third] = names
  const isFolder =
    kind === 'workers' && (names.length === 3 || (names.length === 4 && !LEAVES.has(third ?? '')))
  return join(root, ...names.filter((name) => name !== null), ...(isFolder ? ['index.html'] : []))
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

function isPlain(name: string): boolean {
  return /^[\w.+~-]+$/.test(name) && name !== '.' && name !== '..'
}

/** What is written once and stays as it is, wherever it was read. */
export function isImmutable(address: string): boolean {
  return (
    (/^\/v1\/tuf\//.test(address) && !address.endsWith('/timestamp.json')) ||
    /^\/v1\/log\/tile\/|^\/v1\/blobs\//.test(address)
  )
}
