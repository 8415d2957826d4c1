import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { type FilledCatalog, fillCatalog } from '../catalog/fill-catalog.ts'
import { generatedWorkers } from '../catalog/generated-worker.ts'
import type { MeasuredSide, Measurement } from '../measurement.ts'
import { type MissingPeer, onStage, type Stage } from '../peers/peer.ts'
import { startPostgres } from '../peers/postgresql.ts'
import { connectTo, fillPostgres } from '../peers/postgresql-catalog.ts'
import { askInTurns, type Latency, percentile, type SearchServer } from '../search/latencies.ts'
import { memoryOf, sizeOf } from '../search/memory.ts'
import { searchQueries } from '../search/search-queries.ts'

const CATALOG = fileURLToPath(new URL('../../apps/cli/src/entry/rbee-catalog.ts', import.meta.url))
const POSTGRES_SEARCH = fileURLToPath(new URL('../peers/postgresql-search.ts', import.meta.url))
export const SEARCHED_WORKERS = 100_000
const QUERIES = 1_000
const SLOWEST = 5

/** A server with the generated catalog in it. */
interface FilledServer extends SearchServer {
  /** What it took to get there, and what it takes up. */
  readonly remark: () => string
  stop(): Promise<void>
}

/**
 * A thousand queries, each asked once of the catalog and of PostgreSQL's full-text search behind a small HTTP server: the same
 * workers, the same facets, one request at a time and in turns. Both answer 20 hits with highlights, the total, every facet without
 * its own restriction, and a cursor.
 */
export async function search(count = SEARCHED_WORKERS): Promise<Measurement> {
  return onStage('search', async (stage) => {
    const servers: FilledServer[] = []
    try {
      servers.push(await startOurs(stage, count))
      const peer = await startPeer(stage, count)
      if ('url' in peer) servers.push(peer)
      const latencies = await askInTurns(servers, searchQueries(QUERIES))
      return {
        what: `${QUERIES.toLocaleString('en')} searches among ${count.toLocaleString('en')} workers with ${(10 * count).toLocaleString('en')} versions, p95`,
        unit: 'ms',
        higherIsBetter: false,
        results: [
          ...servers.map(({ name }, index): MeasuredSide => sideOf(name, latencies[index] ?? [])),
          ...('note' in peer ? [{ name: peer.name, median: null, note: peer.note }] : []),
        ],
        remarks: [
          ...servers.flatMap(({ name, remark }, index) => [
            `${name}: ${distribution(latencies[index] ?? [])}`,
            `  ${remark()}`,
          ]),
          ...byKind(servers, latencies),
          ...slowest(latencies[0] ?? []),
        ],
      }
    } finally {
      for (const server of servers) await server.stop()
    }
  })
}

function sideOf(name: string, latencies: readonly Latency[]): MeasuredSide {
  return { name, median: percentile(latencies, 0.95) }
}

async function startOurs(stage: Stage, count: number): Promise<FilledServer> {
  const data = join(stage.folder, 'data')
  const filled = await fillCatalog(data, count)
  const empty = join(stage.folder, 'empty')
  await mkdir(empty)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const options = ['--port', String(port), '--data-dir', data, '--catalog', empty]
  const limits = ['--rate-limit', 'search=9999999']
  const logs = ['--log-format', 'json', '--log-level', 'info']
  const started = performance.now()
  const pid = await stage.start(
    process.execPath,
    [CATALOG, 'serve', ...options, ...limits, ...logs],
    `${url}/v1/search`,
    { stderr: join(stage.folder, 'catalog.log') },
  )
  const ready = (performance.now() - started) / 1000
  return {
    name: 'catalog on Node',
    url,
    remark: () => remarkOf(filled, ready, sizeOf(data), memoryOf(pid)),
    stop: async () => {},
  }
}

function remarkOf(filled: FilledCatalog, ready: number, size: number, memory: number): string {
  const { rowsSeconds, indexSeconds } = filled
  return `rows ${rowsSeconds.toFixed(0)} s, index ${indexSeconds.toFixed(0)} s, first answer ${ready.toFixed(1)} s after its start; ${megabytes(size)} on disk with all rows, ${megabytes(memory)} of memory`
}

async function startPeer(stage: Stage, count: number): Promise<FilledServer | MissingPeer> {
  const server = await startPostgres(stage)
  if ('note' in server) return server
  try {
    const sql = connectTo(server.port)
    const filled = await fillPostgres(sql, () => generatedWorkers(count))
    await sql.end()
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const front = await stage.start(
      process.execPath,
      [POSTGRES_SEARCH, String(port), String(server.port)],
      `${url}/v1/search`,
      { stderr: join(stage.folder, 'postgresql-search.log') },
    )
    return {
      name: server.name,
      url,
      remark: () =>
        `rows ${filled.copied.toFixed(0)} s, index ${filled.indexed.toFixed(0)} s; ${megabytes(sizeOf(server.folder))} on disk, ${megabytes(memoryOf(server.pid) + memoryOf(front))} of memory`,
      stop: () => server.stop(),
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

function distribution(latencies: readonly Latency[]): string {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(latencies, share).toFixed(1))
  return `p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`
}

function byKind(servers: readonly FilledServer[], latencies: readonly (readonly Latency[])[]): string[] {
  const kinds = new Set(latencies[0]?.map(({ kind }) => kind))
  return [
    `p95 by kind of query: ${servers.map(({ name }) => name).join(' / ')}`,
    ...[...kinds].map((kind) => {
      const values = latencies.map((all) =>
        percentile(
          all.filter((one) => one.kind === kind),
          0.95,
        ).toFixed(1),
      )
      return `  ${kind.padEnd(18)} ${values.join(' / ')} ms`
    }),
  ]
}

function slowest(latencies: readonly Latency[]): string[] {
  const sorted = latencies.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST)
  return [
    'our slowest:',
    ...sorted.map(({ milliseconds, query }) => `  ${milliseconds.toFixed(1)} ms ?${query}`),
  ]
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en')} MB`
}
