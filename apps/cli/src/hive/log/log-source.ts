import type { RegistryClient } from '@rbee/api-client'
import { RbeeError } from '@rbee/schema'
import type { LogSource } from '@rbee/transparency-log'

/** The log of a registry, each of whose tiles is fetched once. */
export function logSource(client: Pick<RegistryClient, 'logFile'>, signal: AbortSignal): LogSource {
  const known = new Map<string, Promise<Uint8Array | null>>()
  return (path, maxBytes) => {
    const before = known.get(path)
    if (before !== undefined) return before
    const fetching = client.logFile(path, maxBytes, { signal, excess: () => tooLarge(path, maxBytes) })
    known.set(path, fetching)
    return fetching
  }
}

function tooLarge(path: string, maxBytes: number): RbeeError {
  return new RbeeError('log_invalid', `${path} of the log is larger than ${maxBytes} bytes`)
}
