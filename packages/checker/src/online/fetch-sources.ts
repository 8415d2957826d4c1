import { createHash, type Hash } from 'node:crypto'
import { addressesOf, type SourceAddress } from '../worker/addresses.ts'
import type { CheckedWorker } from '../worker/checked-worker.ts'
import { type DeclaredSum, STRONG_SUMS } from '../worker/declared-sources.ts'
import type { Outbound, OutboundAnswer } from './outbound.ts'

/** What came of asking for one source. */
export interface SourceAttempt {
  readonly file: string
  readonly line: number
  readonly outcome: Outcome
}

export type Outcome =
  | { readonly kind: 'fine' }
  | { readonly kind: 'unresolved'; readonly host: string }
  | { readonly kind: 'private'; readonly host: string; readonly address: string }
  | { readonly kind: 'failed'; readonly host: string; readonly reason: string }
  | { readonly kind: 'mismatch'; readonly host: string; readonly sum: string; readonly actual: string }

const MAX_REDIRECTS = 5
/** In bytes, of one download. */
const MAX_SIZE = 4 * 2 ** 30
/** For one download, in milliseconds. */
const MAX_TIME = 10 * 60_000
/** Of one worker. */
const MAX_SOURCES = 64

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['b2sums', 'blake2b512'],
  ['sha512sums', 'sha512'],
  ['sha384sums', 'sha384'],
  ['sha256sums', 'sha256'],
  ['sha224sums', 'sha224'],
])

/**
 * Looks up the host of every source of a worker, and downloads what has a checksum. Nothing is kept; nothing is asked of
 * a host that is not public, whatever leads there.
 */
export async function fetchSources(
  worker: CheckedWorker,
  outbound: Outbound,
  signal: AbortSignal | undefined,
): Promise<readonly SourceAttempt[]> {
  const attempts: SourceAttempt[] = []
  const seen = new Set<string>()
  for (const script of worker.scripts) {
    for (const address of addressesOf(script).slice(0, MAX_SOURCES)) {
      const key = `${address.written} ${address.source.sums.map(({ value }) => (value.known ? value.text : '')).join(' ')}`
      if (seen.has(key)) continue
      seen.add(key)
      const limit = AbortSignal.timeout(MAX_TIME)
      const outcome = await tryAddress(
        address,
        outbound,
        signal === undefined ? limit : AbortSignal.any([signal, limit]),
      )
      signal?.throwIfAborted()
      attempts.push({ file: script.file, line: address.source.line, outcome })
    }
  }
  return attempts
}

async function tryAddress(
  { source, url }: SourceAddress,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<Outcome> {
  // What is no https address is told of without asking anybody.
  if (url?.protocol !== 'https:') return { kind: 'fine' }
  const sums = source.sums.filter(
    ({ kind, value }) => STRONG_SUMS.has(kind) && value.known && value.text !== 'SKIP',
  )
  // The key of a licence is nobody's but the customer's; without it the host would refuse.
  const needsKey = /RBEE_LICENSE_(?:KEY|TOKEN)/.test(source.address)
  const found = await lookUp(url, outbound, signal)
  if ('kind' in found) return found
  if (source.kind === 'vcs' || sums.length === 0 || needsKey) return { kind: 'fine' }
  return download(url, sums, outbound, signal)
}

async function lookUp(
  url: URL,
  outbound: Outbound,
  signal: AbortSignal,
): Promise<Outcome | { readonly address: string }> {
  const host = url.hostname
  let addresses: readonly string[]
  try {
    addresses = await outbound.resolve(host, signal)
  } catch {
    // Whatever the reason is, the host cannot be reached from here.
    return { kind: 'unresolved', host }
  }
  const [address] = addresses
  if (address === undefined) return { kind: 'unresolved', host }
  // One private address among public ones is enough: which one is taken, nobody knows.
  const forbidden = addresses.find((one) => !outbound.isAllowed(one))
  return forbidden === undefined ? { address } : { kind: 'private', host, address: forbidden }
}

async function download(
  start: URL,
  sums: readonly DeclaredSum[],
  outbound: Outbound,
  signal: AbortSignal,
): Promise<Outcome> {
  let url = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const found = await lookUp(url, outbound, signal)
    if ('kind' in found) return found
    let answer: OutboundAnswer
    try {
      answer = await outbound.request(url, found.address, signal)
    } catch (error) {
      return { kind: 'failed', host: url.hostname, reason: reasonOf(error) }
    }
    try {
      if (answer.status === 200) return await compare(url, answer, sums)
      const next = redirectOf(url, answer)
      if (next === null) return { kind: 'failed', host: url.hostname, reason: `it answers ${answer.status}` }
      if (next.protocol !== 'https:' || next.username !== '' || next.password !== '') {
        return {
          kind: 'failed',
          host: url.hostname,
          reason: 'it redirects to an address that is not plain https',
        }
      }
      url = next
    } catch (error) {
      return { kind: 'failed', host: url.hostname, reason: reasonOf(error) }
    } finally {
      answer.close()
    }
  }
  return { kind: 'failed', host: start.hostname, reason: `it redirects more than ${MAX_REDIRECTS} times` }
}

function redirectOf(url: URL, { status, location }: OutboundAnswer): URL | null {
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return null
  return URL.canParse(location, url.href) ? new URL(location, url) : null
}

async function compare(url: URL, answer: OutboundAnswer, sums: readonly DeclaredSum[]): Promise<Outcome> {
  const hashes = new Map<DeclaredSum, Hash>(
    sums.map((sum) => [sum, createHash(ALGORITHMS.get(sum.kind) ?? 'sha256')]),
  )
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.length
    if (size > MAX_SIZE)
      return { kind: 'failed', host: url.hostname, reason: `it sends more than ${MAX_SIZE / 2 ** 30} GiB` }
    for (const hash of hashes.values()) hash.update(chunk)
  }
  for (const [{ kind, value }, hash] of hashes) {
    const actual = hash.digest('hex')
    if (value.known && value.text.toLowerCase() !== actual) {
      return { kind: 'mismatch', host: url.hostname, sum: kind, actual }
    }
  }
  return { kind: 'fine' }
}

/** Only what this program says itself: an answer's own words could hold anything. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed'
  if (error.name === 'TimeoutError') return 'it takes too long'
  return 'code' in error && typeof error.code === 'string'
    ? `the connection failed (${error.code})`
    : 'the connection failed'
}
