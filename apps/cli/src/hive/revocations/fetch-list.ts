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
}

/** `same`: the list is still the one with the given tag. */
type FetchedList =
  | { readonly kind: 'same' }
  | { readonly kind: 'list'; readonly list: Revocations; readonly etag: string | null }

/**
 * Asks a registry once which releases may not run anywhere. Fails with `registry_unreachable`, or with
 * `revocations_invalid` for an answer that is no such list.
 *
 * @param signal ends it; it then fails with `registry_unreachable`, too.
 */
export async function fetchList(
  { url, fetch }: ListPlace,
  etag: string | null,
  signal: AbortSignal,
): Promise<FetchedList> {
  try {
    const answer = await fetch(`${url}/v1/revocations`, {
      headers: { accept: 'application/json', ...(etag === null ? {} : { 'if-none-match': etag }) },
      redirect: 'manual',
      signal,
    })
    if (answer.status === 304 && etag !== null) return { kind: 'same' }
    if (answer.status >= 500) throw unreachable(url, `it answers HTTP ${answer.status}`)
    if (answer.status !== 200) throw invalid(url, `HTTP ${answer.status}`)
    return {
      kind: 'list',
      list: parseList(url, await readBounded(url, answer)),
      etag: answer.headers.get('etag'),
    }
  } catch (error) {
    if (error instanceof RbeeError) throw error
    const failed = error instanceof TypeError || signal.aborted
    if (!failed || !(error instanceof Error)) throw error
    const inner = error.cause instanceof Error ? error.cause : error
    throw unreachable(url, signal.aborted ? 'it does not answer in time' : inner.message)
  }
}

async function readBounded(url: string, answer: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    size += chunk.length
    if (size > REVOCATIONS_MAX_BYTES) throw invalid(url, `more than ${REVOCATIONS_MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseList(url: string, text: string): Revocations {
  const parsed = revocationsSchema.safeParse(tryParseJson(text))
  if (!parsed.success) throw invalid(url, describeIssues(parsed.error))
  const { issued_at, expires_at } = parsed.data
  if (Date.parse(expires_at) <= Date.parse(issued_at)) throw invalid(url, 'a list that never was good')
  return parsed.data
}

function unreachable(url: string, why: string): RbeeError {
  return new RbeeError('registry_unreachable', `${url} cannot be reached: ${printable(why)}`, {
    next: 'check the network and the address of the registry',
  })
}

function invalid(url: string, what: string): RbeeError {
  const message = `${url} gives no list of quarantined releases that can be used: ${printable(what)}`
  return new RbeeError('revocations_invalid', message, { next: 'tell the operator of the registry' })
}
