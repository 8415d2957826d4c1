import { hasChromium, NO_CHROMIUM, openChromium } from '../../packages/testing/src/browser/browser.ts'
import { type PageTimes, pageTimes } from '../browser/page-times.ts'
import { inTurns, type Measurement, median } from '../measurement.ts'
import { startCatalog } from '../peers/catalog.ts'
import { startNginx } from '../peers/nginx.ts'
import { isMissing, onStage, type Stage } from '../peers/peer.ts'
import { startVerdaccio } from '../peers/verdaccio.ts'
import { has, run } from '../processes.ts'

const ROUNDS = 5
/** An answer takes a millisecond or so. */
const ANSWERS = 200

/** A page of one worker or package. */
interface Shown {
  readonly name: string
  readonly url: string
  /** A text that stands in it once it is there. */
  readonly shows: string
}

/**
 * What a visitor with a slow processor and a slow line waits for: the largest paint of a worker's page beside that of a package in
 * verdaccio's web interface, every time with an empty cache; in the remarks the first byte, and the page under load beside nginx.
 */
export async function site(): Promise<Measurement> {
  return onStage('site', async (stage) => {
    const catalog = await startCatalog(stage)
    const ours: Shown = { name: catalog.name, url: `${catalog.url}/worker/llm-worker`, shows: 'LLM Worker' }
    const load = await cachedPages(stage, ours)
    const peer = await startVerdaccio(stage)
    const theirs = isMissing(peer)
      ? null
      : { name: peer.name, url: webPage(peer.document), shows: 'a sample' }
    const sides = [ours, theirs].filter((one) => one !== null)
    const what =
      'Largest contentful paint of the page of one worker or package; processor 4 × slower, 1.6 Mbit/s'
    const measurement = { what, unit: 'ms', higherIsBetter: false } as const
    if (!hasChromium()) {
      const results = sides.map(({ name }) => ({ name, median: null, note: NO_CHROMIUM }))
      return { ...measurement, results, remarks: load }
    }
    const answers = await inTurns(
      ANSWERS,
      sides.map(({ name, url }) => ({ name, run: () => firstByteOf(url) })),
    )
    const times = await visitInTurns(sides)
    const middle = (side: number, of: (times: PageTimes) => number) => median((times[side] ?? []).map(of))
    return {
      ...measurement,
      results: [
        ...sides.map(({ name }, side) => ({
          name,
          median: middle(side, ({ largestPaint }) => largestPaint),
        })),
        ...(isMissing(peer) ? [{ name: peer.name, median: null, note: peer.note }] : []),
      ],
      remarks: [
        ...sides.map(
          ({ name }, side) =>
            `${name}: first byte after ${middle(side, ({ firstByte }) => firstByte).toFixed(0)} ms in that browser, ${answers[side]?.median?.toFixed(1)} ms without it`,
        ),
        ...load,
      ],
    }
  })
}

/** Milliseconds until the head of the answer is there, for a program that is not slowed down. */
async function firstByteOf(url: string): Promise<number> {
  const begin = performance.now()
  const response = await fetch(url, { headers: { accept: 'text/html' } })
  const took = performance.now() - begin
  await response.arrayBuffer()
  return took
}

/** The page of a package in verdaccio's web interface, from the address of its metadata. */
function webPage(document: string): string {
  const { origin, pathname } = new URL(document)
  return `${origin}/-/web/detail${pathname}`
}

async function visitInTurns(sides: readonly Shown[]): Promise<PageTimes[][]> {
  const browser = await openChromium()
  try {
    // Servers are warm before anything counts.
    for (const { url, shows } of sides) await pageTimes(browser, url, shows)
    const times = sides.map((): PageTimes[] => [])
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [side, { url, shows }] of sides.entries()) {
        times[side]?.push(await pageTimes(browser, url, shows))
      }
    }
    return times
  } finally {
    await browser.close()
  }
}

/** How many pages a second the catalog answers, and nginx from a file of the same bytes with the same header fields. */
async function cachedPages(stage: Stage, { url, name }: Shown): Promise<string[]> {
  const nginx = await startNginx(stage, url)
  if (isMissing(nginx)) return [`pages per second: not measured beside nginx: ${nginx.note}`]
  if (!has('wrk')) return ['pages per second: not measured: wrk is not installed (apt-get install wrk)']
  const [ours, theirs] = await inTurns(ROUNDS, [
    { name, run: async () => pagesPerSecond(url) },
    { name: nginx.name, run: async () => pagesPerSecond(nginx.document) },
  ])
  if (ours?.median == null || theirs?.median == null) throw new Error('nothing was measured')
  const ratio = (ours.median / theirs.median).toFixed(2)
  return [
    `pages per second, 16 connections: ${ours.name} ${Math.round(ours.median)}, ${theirs.name} ${Math.round(theirs.median)}: ours is ${ratio} × as good`,
  ]
}

function pagesPerSecond(url: string): number {
  const report = run('wrk', ['-t1', '-c16', '-d3s', '-H', 'Accept: text/html', url])
  if (/Non-2xx|Socket errors/.test(report)) throw new Error(`errors under load:\n${report}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1])
}
