import { RbeeError } from '@rbee/schema'
import { type MetadataSource, tooLarge } from '@rbee/trust/client'
import type { HiveHome } from '../home.ts'
import { readKnownRegistry } from '../trust/known-registry.ts'
import { refreshTrust } from '../trust/refresh-trust.ts'
import {
  asked,
  type FetchedList,
  invalid,
  type ListPlace,
  parseList,
  readBounded,
  unreachable,
} from './fetch-list.ts'

/** Where the list stands among what a registry signs. */
const TARGET = 'revocations.json'

export interface SignedListRequest {
  readonly home: HiveHome
  readonly place: ListPlace
  /** Remember nothing of it. */
  readonly readOnly: boolean
  readonly clock: () => number
  readonly signal: AbortSignal
}

/**
 * The list as a registry signed it; null for a registry that is not known here, of which nothing can be verified.
 *
 * Fails with `registry_unreachable`, with the codes of `updateMetadata`, or with `revocations_invalid`, also where what is
 * trusted of the registry is damaged: the list that is kept has to decide then.
 */
export async function fetchSignedList(request: SignedListRequest): Promise<FetchedList | null> {
  const { home, place, readOnly, clock, signal } = request
  const { url } = place
  if (!(await isKnown(home, url))) return null
  const source = sourceOf(place, signal)
  // A machine whose home may not be written to starts its workers, too.
  const trusted = await refreshTrust({ home, registry: url, source, readOnly, clock, tell: () => {} })
  const bytes = await trusted.target(TARGET)
  if (bytes === null) throw invalid(url, 'it signs none')
  return { kind: 'list', list: parseList(url, bytes), etag: null }
}

async function isKnown(home: HiveHome, url: string): Promise<boolean> {
  try {
    return (await readKnownRegistry(home, url)) !== null
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'state_damaged') throw error
    throw new RbeeError('revocations_invalid', error.message, { next: error.next, cause: error })
  }
}

function sourceOf({ url, fetch }: ListPlace, signal: AbortSignal): MetadataSource {
  return {
    fetch: (name, maxBytes) =>
      asked(url, signal, async () => {
        const answer = await fetch(`${url}/v1/tuf/${name}`, { redirect: 'manual', signal })
        if (answer.status === 200) return readBounded(answer, maxBytes, () => tooLarge(name, maxBytes))
        await answer.body?.cancel()
        if (answer.status === 404) return null
        throw unreachable(url, `it answers HTTP ${answer.status}`)
      }),
  }
}
