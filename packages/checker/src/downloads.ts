import type { CheckFinding } from './rule.ts'
import type { CheckedWorker } from './worker/checked-worker.ts'

/** The one way to the network: tests hand in another. */
export interface Outbound {
  /** Addresses of a host. */
  resolve(host: string): Promise<readonly string[]>
}

export async function checkDownloads(
  _worker: CheckedWorker,
  _outbound: Outbound,
  _place: { readonly worker: string | null; inRepository(file: string): string },
  _signal: AbortSignal | undefined,
): Promise<readonly CheckFinding[]> {
  return []
}
