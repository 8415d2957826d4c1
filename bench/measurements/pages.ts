import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { aWorkerId } from '../../packages/testing/src/index.ts'
import { fillCatalog } from '../catalog/fill-catalog.ts'
import { type GeneratedWorker, generatedWorker } from '../catalog/generated-worker.ts'
import { giveToOnePublisher, writeShownDocuments } from '../catalog/write-shown.ts'
import { type Measurement, median } from '../measurement.ts'
import { onStage, type Stage } from '../peers/peer.ts'
import { processorMilliseconds } from '../processes.ts'

const CATALOG = fileURLToPath(new URL('../../apps/cli/src/entry/rbee-catalog.ts', import.meta.url))
/** Requests are counted as they are in production, and none is refused. */
const LIMITS = 'search=9999999,list=9999999,detail=9999999,page=9999999'
const ROUNDS = 7
/** As many as have documents: twenty in a row have every count of versions, up to 42. */
const SHOWN = 20
const OF_ONE_PUBLISHER = 10_000
/** What a page may take that is not kept in memory. */
const ALLOWED_MS = 300

/**
 * Every page of the site in a catalog of so many workers, none of them out of memory: the slowest of {@link ROUNDS} answers, each
 * for another worker, word or page. One request at a time, all of its body.
 *
 * @param filled a folder that `bench/catalog/fill.ts` filled with as many workers, which is copied; by default it is filled anew.
 */
export async function pages(count: number, filled: string | null): Promise<Measurement> {
  return onStage('pages', async (stage) => {
    const data = join(stage.folder, 'data')
    if (filled === null) await fillCatalog(data, count)
    else await cp(filled, data, { recursive: true })
    const shown = Array.from({ length: SHOWN }, (_, index) => generatedWorker(index))
    await writeShownDocuments(
      data,
      shown.map(({ id }) => aWorkerId(id)),
    )
    const publisher = giveToOnePublisher(data, Math.min(OF_ONE_PUBLISHER, count))
    const server = await startFilled(stage, data)
    const parts = await sitemapParts(server.url)
    const results: MeasuredPage[] = []
    for (const [name, pathIn] of Object.entries(addresses(shown, publisher, parts))) {
      results.push(await measuredPage(server, name, pathIn))
    }
    const busiest = results.toSorted((a, b) => b.processor - a.processor)[0]
    const slow = results.filter(({ median: slowest }) => slowest > ALLOWED_MS)
    return {
      what: `Pages of the site among ${count.toLocaleString('en')} workers, none out of memory: the slowest of ${ROUNDS}`,
      unit: 'ms',
      higherIsBetter: false,
      withoutPeers: true,
      results,
      remarks: [
        slow.length === 0
          ? `all within ${ALLOWED_MS} ms`
          : `above ${ALLOWED_MS} ms: ${slow.map(({ name }) => name).join(', ')}`,
        `most processor time of one answer: ${busiest?.processor.toFixed(0)} ms (${busiest?.name})`,
      ],
    }
  })
}

interface MeasuredPage {
  readonly name: string
  /** The slowest, in milliseconds. */
  readonly median: number
  /** The most processor time that the server took for one of them, which what else the machine does changes little. */
  readonly processor: number
  readonly note: string
}

interface FilledServer {
  readonly url: string
  readonly pid: number
}

async function startFilled(stage: Stage, data: string): Promise<FilledServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const empty = join(stage.folder, 'empty')
  await mkdir(empty)
  const options = ['--port', String(port), '--data-dir', data, '--catalog', empty, '--rate-limit', LIMITS]
  const pid = await stage.start(process.execPath, [CATALOG, 'serve', ...options], `${url}/v1/search`, {
    stderr: join(stage.folder, 'catalog.log'),
  })
  return { url, pid }
}

/** How many sitemaps of workers there are. */
async function sitemapParts(url: string): Promise<number> {
  const index = await (await fetch(`${url}/sitemap.xml`)).text()
  return index.split('/sitemaps/workers-').length - 1
}

async function measuredPage(
  { url, pid }: FilledServer,
  name: string,
  pathIn: (round: number) => string,
): Promise<MeasuredPage> {
  const taken: number[] = []
  let processor = 0
  let bytes = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const path = pathIn(round)
    // No page knows the parameter: what was kept for the address without it is not found.
    const address = `${url}${path}${path.includes('?') ? '&' : '?'}round=${round}`
    const worked = processorMilliseconds(pid)
    const started = performance.now()
    const answer = await fetch(address, { headers: { accept: 'text/html,*/*', 'accept-encoding': 'br' } })
    const length = (await answer.arrayBuffer()).byteLength
    taken.push(performance.now() - started)
    processor = Math.max(processor, processorMilliseconds(pid) - worked)
    if (!answer.ok) throw new Error(`${path} is answered with ${answer.status}`)
    bytes = Math.max(bytes, length)
  }
  const note = `${median(taken).toFixed(0)} ms in the middle, ${processor.toFixed(0)} ms of processor time at most, ${bytes.toLocaleString('en')} bytes`
  return { name, median: Math.max(...taken), processor, note }
}

const WORDS = [
  'worker',
  'llama chat',
  'whisper',
  'stable diffusion',
  'transcribtion',
  'gguf',
  'speech to text',
]
const TAGS = ['llm', 'chat', 'whisper', 'ocr', 'embeddings', 'vision', 'gguf']

/** An address of every page in each round. */
function addresses(
  shown: readonly GeneratedWorker[],
  publisher: string,
  parts: number,
): Readonly<Record<string, (round: number) => string>> {
  const pick = <Value>(of: readonly Value[], round: number): Value => {
    const value = of[round % of.length]
    if (value === undefined) throw new Error('there is nothing to pick from')
    return value
  }
  const worker = (round: number) => pick(shown, round)
  const several = shown.filter(({ versions }) => versions.length > 1)
  return {
    home: () => '/',
    'all workers': () => '/search',
    'a search': (round) => `/search?q=${encodeURIComponent(pick(WORDS, round))}`,
    'a search with filters': (round) =>
      `/search?q=${encodeURIComponent(pick(WORDS, round))}&platform=linux&feature=cuda&price=free&sort=recent`,
    worker: (round) => `/worker/${worker(round).id}`,
    versions: (round) => `/worker/${worker(round).id}/versions`,
    version: (round) => `/worker/${worker(round).id}/${worker(round).versions[0]?.version}`,
    difference: (round) => {
      const { id, versions } = pick(several, round)
      return `/worker/${id}/diff/${versions[1]?.version}...${versions[0]?.version}`
    },
    security: (round) => `/worker/${worker(round).id}/security`,
    comparison: (round) => `/compare?${[0, 1, 2, 3].map((next) => `w=${worker(round + next).id}`).join('&')}`,
    tags: () => '/tags',
    tag: (round) => `/tag/${pick(TAGS, round)}`,
    'publisher of 10,000 workers': () => `/publisher/${publisher}`,
    'my machine': () => '/machine',
    documentation: () => '/docs',
    'reference of the API': () => '/docs/api',
    status: () => '/status',
    'trust centre': () => '/trust',
    'list of sitemaps': () => '/sitemap.xml',
    'sitemap of pages': () => '/sitemaps/pages.xml',
    'sitemap of workers': (round) => `/sitemaps/workers-${1 + ((round * 13) % parts)}.xml`,
    'feed of all releases': () => '/feeds/all.atom',
    'feed of a tag': (round) => `/feeds/tag/${pick(TAGS, round)}.atom`,
    'feed of a publisher': () => `/feeds/publisher/${publisher}.atom`,
    'feed of a worker': (round) => `/feeds/worker/${worker(round).id}.atom`,
    'picture for links': (round) => `/og/${worker(round).id}.png`,
    badge: (round) => `/badge/${worker(round).id}.svg`,
    'llms.txt': () => '/llms.txt',
  }
}
