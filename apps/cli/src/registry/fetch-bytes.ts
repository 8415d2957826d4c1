import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'

/** The answer to a GET of many bytes; a `Response` is one. */
export interface BytesAnswer {
  /** What answered in the end, after redirects; left out where it is what was asked. */
  readonly url?: string
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: AsyncIterable<Uint8Array> | null
}

/** A GET whose body is read chunk by chunk; `fetch` is one. Redirects are followed. */
export type FetchBytes = (
  url: URL,
  init: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
) => Promise<BytesAnswer>

const REDIRECTS_MAX = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * For archives, where no proxy is set: `fetch` copies every chunk once more and has a parser of its own to compile, which
 * takes a tenth of the time of an installation.
 *
 * Fails where the connection does, after more than five redirects, and where one leads away from https.
 */
export const fetchBytes: FetchBytes = async (url, init) => {
  let address = url
  let asked = init
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const answer = await get(address, asked)
    const status = answer.statusCode ?? 0
    const { location } = answer.headers
    if (!REDIRECTS.has(status) || location === undefined) {
      return { url: address.href, status, headers: { get: (name) => headerOf(answer, name) }, body: answer }
    }
    answer.destroy()
    const next = nextAddress(address, location)
    if (next.origin !== address.origin) asked = withoutCredentials(asked)
    address = next
  }
  throw new Error(`${url.origin} redirects more than ${REDIRECTS_MAX} times`)
}

/** What is for one server is no other's business (Fetch, 4.4, HTTP-redirect fetch). */
function withoutCredentials(init: Parameters<FetchBytes>[1]): Parameters<FetchBytes>[1] {
  const { authorization: _, ...headers } = init.headers
  return { ...init, headers }
}

function get(url: URL, { headers, signal }: Parameters<FetchBytes>[1]): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    request(url, { headers, signal, agent: false }).on('response', resolve).on('error', reject).end()
  })
}

function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}

function nextAddress(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw new Error(`${from.origin} redirects to what is no address`)
  const to = new URL(location, from)
  const safe = to.protocol === 'https:' || (to.protocol === 'http:' && from.protocol === 'http:')
  if (!safe) throw new Error(`${from.origin} redirects to ${to.protocol}//${to.host}, which is not safe`)
  return to
}
