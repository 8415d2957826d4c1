import { RbeeError } from '@rbee/schema'
import { isNetworkFailure, type TransportOptions, unreachable } from './transport.ts'

export interface ReadRules {
  /** What more than the most bytes are refused with. */
  readonly excess?: (() => RbeeError) | undefined
  /** Ends the call, as its reason. */
  readonly signal?: AbortSignal
}

/**
 * The bytes at an address of the registry, null where it has none there (404). Fails with `registry_unreachable`, and with
 * `registry_invalid` for another status or more than `maxBytes` bytes, of which no more are taken.
 */
export async function readBytes(
  options: TransportOptions,
  send: (request: Request) => Promise<Response>,
  path: string,
  maxBytes: number,
  { excess = () => unusable(options, `more than ${maxBytes} bytes at ${path}`), signal }: ReadRules = {},
): Promise<Uint8Array | null> {
  const response = await send(new Request(options.registry + path, signal ? { signal } : {}))
  if (!response.ok) {
    await response.body?.cancel()
    if (response.status === 404) return null
    throw unusable(options, `HTTP ${response.status} at ${path}`)
  }
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length
      if (size > maxBytes) throw excess()
      chunks.push(chunk)
    }
  } catch (error) {
    options.signal?.throwIfAborted()
    signal?.throwIfAborted()
    if (isNetworkFailure(error)) throw unreachable(options, error)
    throw error
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function unusable({ registry }: TransportOptions, what: string): RbeeError {
  return new RbeeError('registry_invalid', `${registry} answered with ${what}`, {
    next: 'check that --registry (or RBEE_REGISTRY) is the address of a registry, and that this program is current',
  })
}
