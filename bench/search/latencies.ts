import type { Kind, SearchQuery } from './search-queries.ts'

/** A server that answers `GET /v1/search`. */
export interface SearchServer {
  readonly name: string
  readonly url: string
}

/** How long one request took. */
export interface Latency {
  readonly kind: Kind
  readonly query: string
  readonly milliseconds: number
}

/** Queries that come before those that are measured, so that no server starts cold. */
const WARM_UP = 40

/**
 * Asks every server the same queries, in turns, one request at a time. @returns the latencies of each server, in the order of
 * the queries.
 */
export async function askInTurns(
  servers: readonly SearchServer[],
  queries: readonly SearchQuery[],
): Promise<Latency[][]> {
  const latencies = servers.map((): Latency[] => [])
  for (const query of queries.slice(-WARM_UP)) for (const server of servers) await ask(server, query)
  for (const query of queries) {
    for (const [index, server] of servers.entries()) latencies[index]?.push(await ask(server, query))
  }
  return latencies
}

async function ask({ name, url }: SearchServer, query: SearchQuery): Promise<Latency> {
  let cursor: string | null = null
  let milliseconds = 0
  const asked = new URLSearchParams()
  for (const [name, value] of query.parameters) asked.append(name, value)
  for (let page = 0; page <= query.pagesBefore; page += 1) {
    if (page > 0 && cursor === null) break
    if (cursor !== null) asked.set('cursor', cursor)
    const started = performance.now()
    const answer = await fetch(`${url}/v1/search?${asked}`)
    const text = await answer.text()
    milliseconds = performance.now() - started
    if (!answer.ok) throw new Error(`${name} answered ?${asked} with ${answer.status}: ${text.slice(0, 500)}`)
    cursor = cursorOf(JSON.parse(text))
  }
  return { kind: query.kind, query: String(asked), milliseconds }
}

function cursorOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('next_cursor' in body)) return null
  return typeof body.next_cursor === 'string' ? body.next_cursor : null
}

/** The smallest value that this share of all values does not exceed. */
export function percentile(latencies: readonly Latency[], share: number): number {
  const sorted = latencies.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error('nothing was asked')
  return value
}
