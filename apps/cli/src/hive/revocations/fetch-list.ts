import {
  describeIssues,
  RbeeError,
  REVOCATIONS_MAX_BYTES,
  type Revocations,
  revocationsSchema,
  tryParseJson,
} from '@rbee/schema'
import { printable } from '../printable.ts'

/** A registry, as it is asked for its list. */
export interface ListPlace {
  /** Without a slash at the end. */
  readonly url: string
  readonly fetch: typeof fetch
  /** Asks a mirror of it; missing where there is none. */
  readonly mirrored?: typeof fetch
}

/** `same`: the list is still the one with the given tag. */
export type FetchedList =
  | { readonly kind: 'same' }
  | { readonly kind: 'list'; readonly list: Revocations; readonly etag: string | null }

/**
 * Asks a registry once which releases may not run anywhere. Fails with `registry_unreachable`, or with
 * `revocations_invalid` for an answer that is no such list.
 *
 * @param signal ends it; it then fails with `registry_unreachable`, too.
 */
export function fetchList(place: ListPlace, etag: string | null, signal: AbortSignal): Promise<FetchedList> {
  const { url, fetch } = place
  return asked(url, signal, async () => {
    const answer = await fetch(`${url}/v1/revocations`, {
      headers: { accept: 'application/json', ...(etag === null ? {} : { 'if-none-match': etag }) },
      redirect: 'manual',
      signal,
    })
    if (answer.status === 304 && etag !== null) return { kind: 'same' }
    if (answer.status >= 500) throw unreachable(url, `it answers HTTP ${answer.status}`)
    if (answer.status !== 200) throw invalid(url, `HTTP ${answer.status}`)
    const tooLong = () => invalid(url, `more than ${REVOCATIONS_MAX_BYTES} bytes`)
    const bytes = await readBounded(answer, REVOCATIONS_MAX_BYTES, tooLong)
    return { kind: 'list', list: parseList(url, bytes), etag: answer.headers.get('etag') }
  })
}

/** Turns what the network fails with into `registry_unreachable`. */
export async function asked<Answer>(
  url: string,
  signal: AbortSignal,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof RbeeError) throw error
    const failed = error instanceof TypeError || signal.aborted
    if (!failed || !(error instanceof Error)) throw error
    const inner = error.cause instanceof Error ? error.cause : error
    throw unreachable(url, signal.aborted ? 'it does not answer in time' : inner.message)
  }
}

/** The body of an answer. Fails with `excess` at the first byte beyond `maxBytes`. */
export async function readBounded(
  answer: Response,
  maxBytes: number,
  excess: () => RbeeError,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw excess()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Fails with `revocations_invalid`. */
export function parseList(url: string, bytes: Uint8Array): Revocations {
  const parsed = revocationsSchema.safeParse(tryParseJson(Buffer.from(bytes).toString('utf8')))
  if (!parsed.success) throw invalid(url, describeIssues(parsed.error))
  const { issued_at, expires_at } = parsed.data
  if (Date.parse(expires_at) <= Date.parse(issued_at)) throw invalid(url, 'a list that never was good')
  return parsed.data
}

export function unreachable(url: string, why: string): RbeeError {
  return new RbeeError('registry_unreachable', `${url} cannot be reached: ${printable(why)}`, {
    next: 'check the network and the address of the registry',
  })
}

export function invalid(url: string, what: string): RbeeError {
  const message = `${url} gives no list of quarantined releases that can be used: ${printable(what)}`
  return new RbeeError('revocations_invalid', message, { next: 'tell the operator of the registry' })
}
