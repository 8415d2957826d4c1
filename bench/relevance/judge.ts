import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSearch, type Search } from '../../packages/registry/src/index.ts'
import { searchInputSchema } from '../../packages/schema/src/index.ts'
import { openBulkDatabase } from '../catalog/bulk-database.ts'
import { writeCatalogRows, writeDownloads } from '../catalog/catalog-rows.ts'
import { buildIndex } from '../catalog/fill-catalog.ts'
import { type GeneratedWorker, NEWEST } from '../catalog/generated-worker.ts'
import { CORPUS, type JudgedWorker } from './corpus/index.ts'
import { DEPTH, normalisedGain } from './gain.ts'
import { type Half, type JudgedQuery, queriesOf } from './judged-queries.ts'

/** What the search made of a judged query. */
export interface JudgedResult {
  readonly query: JudgedQuery
  /** Ids of the first hits. */
  readonly found: readonly string[]
  /** Normalised, from 0 to 1. */
  readonly gain: number
}

const DAY_MS = 86_400_000

/** Asks the search of the registry every judged query of both halves, on the judged corpus alone. */
export async function judgeSearch(): Promise<Readonly<Record<Half, readonly JudgedResult[]>>> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-relevance-'))
  const file = join(folder, 'corpus.sqlite')
  const workers = CORPUS.map(asGenerated)
  try {
    const rows = openBulkDatabase(file)
    await writeCatalogRows(rows.database, workers)
    rows.close()
    writeDownloads(file, workers, NEWEST)
    const { database, close } = openBulkDatabase(file)
    await buildIndex(database)
    const search = createSearch({ database, clock: () => NEWEST })
    const half = (name: Half) => Promise.all(queriesOf(name).map((query) => judged(search, query)))
    const results = { tuned: await half('tuned'), held_out: await half('held_out') }
    close()
    return results
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The mean of the gains: nDCG@10. */
export function meanGain(results: readonly JudgedResult[]): number {
  return results.reduce((sum, { gain }) => sum + gain, 0) / results.length
}

async function judged(search: Search, query: JudgedQuery): Promise<JudgedResult> {
  const { q, cursor, limit, explain, sort, fits, host_profile, ...filters } = searchInputSchema.parse({
    q: query.q,
    limit: DEPTH,
    ...query.filters,
  })
  const answer = await search.find({ q, filters, sort: null, cursor: null, limit, explain, host: null })
  const found = answer.hits.map(({ worker }) => worker.id)
  return { query, found, gain: normalisedGain(found, query.grades) }
}

function asGenerated(worker: JudgedWorker): GeneratedWorker {
  const { features, age, systems, ...same } = worker
  return {
    ...same,
    publisher: worker.id.length,
    variants: features,
    platforms: {
      ...(systems.includes('linux') ? { linux: ['x86_64', 'aarch64'] } : {}),
      ...(systems.includes('macos') ? { macos: ['aarch64'] } : {}),
      ...(systems.includes('windows') ? { windows: ['x86_64'] } : {}),
    },
    versions: [{ version: '1.0.0', publishedAt: NEWEST - age * DAY_MS }],
  }
}
