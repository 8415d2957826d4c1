import { hasChromium, NO_CHROMIUM, openChromium } from '../../packages/testing/src/browser/browser.ts'
import { type OpenedPage, type PageTimes, pageTimes, SLOW_LINE } from '../browser/page-times.ts'
import { openSlowLine, type SlowLine } from '../browser/slow-line.ts'
import { inTurns, type Measurement, median } from '../measurement.ts'
import { startCatalog } from '../peers/catalog.ts'
import { startNginx } from '../peers/nginx.ts'
import { isMissing, onStage, type Stage } from '../peers/peer.ts'
import { startVerdaccio } from '../peers/verdaccio.ts'
import { has, run } from '../processes.ts'

const ROUNDS = 9
/** Rounds of requests without a browser, of three seconds each. */
const LOADS = 5
const BUSY_CONNECTIONS = 64

/** The page of one worker or package. */
interface Shown extends OpenedPage {
  readonly name: string
}

/**
 * What a visitor with a slow processor and a slow line waits for: the largest paint of a worker's page beside that of a package in
 * verdaccio's web interface, every time with an empty cache and over a line that really is slow, for both alike; in the remarks
 * first bytes and the first paint, what a busy server takes without a browser, and the page out of memory beside nginx.
 */
export async function site(): Promise<Measurement> {
  return onStage('site', async (stage) => {
    const catalog = await startCatalog(stage)
    const ours: Shown = {
      name: catalog.name,
      url: `${catalog.url}/worker/llm-worker`,
      shows: 'LLM Worker',
      contentPath: null,
    }
    const load = await cachedPages(stage, ours)
    const peer = await startVerdaccio(stage)
    const theirs: Shown | null = isMissing(peer)
      ? null
      : {
          name: peer.name,
          url: webPage(peer.document),
          shows: 'a sample',
          contentPath: '/-/verdaccio/data/',
        }
    const sides = [ours, theirs].filter((one) => one !== null)
    const what =
      'Largest contentful paint of the page of one worker or package; processor 4 × slower, line of 1.6 Mbit/s and 150 ms'
    const measurement = { what, unit: 'ms', higherIsBetter: false } as const
    const busy = await busyServers(sides)
    if (!hasChromium()) {
      const results = sides.map(({ name }) => ({ name, median: null, note: NO_CHROMIUM }))
      return { ...measurement, results, remarks: [...busy, ...load] }
    }
    const times = await visitInTurns(sides)
    const middle = (side: number, of: (times: PageTimes) => number) => median((times[side] ?? []).map(of))
    const line = (what: string, of: (times: PageTimes) => number) =>
      besideOthers(
        what,
        sides.map(({ name }, side) => ({ name, value: middle(side, of) })),
      )
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
        line('first byte of the document', ({ firstByte }) => firstByte),
        line('first byte of what the page is about', ({ firstContentByte }) => firstContentByte),
        line('first contentful paint', ({ firstPaint }) => firstPaint),
        `medians of ${ROUNDS} visits each, in turns; verdaccio's document is the same for every package, which its programs then ask for`,
        ...busy,
        ...load,
      ],
    }
  })
}

/** A line about one figure of which less is better; the first side is ours. */
function besideOthers(
  what: string,
  sides: readonly { readonly name: string; readonly value: number }[],
): string {
  const [own] = sides
  const shown = sides.map(({ name, value }, index) => {
    const figure = `${name} ${value.toPrecision(3)} ms`
    return index === 0 || own === undefined ? figure : `${figure} (${(value / own.value).toFixed(2)} ×)`
  })
  return `${what}: ${shown.join(', ')}`
}

/** The page of a package in verdaccio's web interface, from the address of its metadata. */
function webPage(document: string): string {
  const { origin, pathname } = new URL(document)
  return `${origin}/-/web/detail${pathname}`
}

async function visitInTurns(sides: readonly Shown[]): Promise<PageTimes[][]> {
  const lines: SlowLine[] = []
  const browser = await openChromium()
  try {
    const visited: Shown[] = []
    for (const side of sides) {
      const { origin, pathname } = new URL(side.url)
      const line = await openSlowLine(new URL(origin), SLOW_LINE)
      lines.push(line)
      visited.push({ ...side, url: line.origin + pathname })
    }
    // Servers are warm before anything counts.
    for (const side of visited) await pageTimes(browser, side)
    const times = sides.map((): PageTimes[] => [])
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, side] of visited.entries()) times[index]?.push(await pageTimes(browser, side))
    }
    return times
  } finally {
    await browser.close()
    for (const line of lines) await line.close()
  }
}

/** How long the document takes without the line, of a server that nobody else asks and of a busy one. */
async function busyServers(sides: readonly Shown[]): Promise<string[]> {
  if (!has('wrk')) return []
  const remarks: string[] = []
  for (const connections of [1, BUSY_CONNECTIONS]) {
    const measured = await inTurns(
      LOADS,
      sides.map(({ name, url }) => ({ name, run: async () => load(url, connections).milliseconds })),
    )
    const values = measured.map(({ name, median: value }) => ({ name, value: value ?? Number.NaN }))
    remarks.push(
      besideOthers(
        `document without the line, ${connections === 1 ? 'one connection' : `${connections} connections`}, median`,
        values,
      ),
    )
  }
  return remarks
}

/** How many pages a second the catalog answers, and nginx from a file of the same bytes with the same header fields. */
async function cachedPages(stage: Stage, { url, name }: Shown): Promise<string[]> {
  const nginx = await startNginx(stage, url)
  if (isMissing(nginx)) return [`pages per second: not measured beside nginx: ${nginx.note}`]
  if (!has('wrk')) return ['pages per second: not measured: wrk is not installed (apt-get install wrk)']
  const remarks: string[] = []
  for (const [what, coding] of [
    ['as they are', null],
    ['in gzip, which nginx has in a second file', 'gzip'],
  ] as const) {
    const [ours, theirs] = await inTurns(LOADS, [
      { name, run: async () => load(url, 16, coding).perSecond },
      { name: nginx.name, run: async () => load(nginx.document, 16, coding).perSecond },
    ])
    if (ours?.median == null || theirs?.median == null) throw new Error('nothing was measured')
    const ratio = (ours.median / theirs.median).toFixed(2)
    remarks.push(
      `pages per second, 16 connections, ${what}: ${ours.name} ${Math.round(ours.median)}, ${theirs.name} ${Math.round(theirs.median)}: ours is ${ratio} × as good`,
    )
  }
  return remarks
}

/** Three seconds of one page over and over. @returns pages a second, and the median of their times. */
function load(
  url: string,
  connections: number,
  coding: string | null = null,
): { perSecond: number; milliseconds: number } {
  const fields = ['Accept: text/html', ...(coding === null ? [] : [`Accept-Encoding: ${coding}`])]
  const report = run('wrk', [
    ...['-t1', `-c${connections}`, '-d3s', '--latency'],
    ...fields.flatMap((field) => ['-H', field]),
    url,
  ])
  if (/Non-2xx|Socket errors/.test(report)) throw new Error(`errors under load:\n${report}`)
  const [, value, unit] = /\b50%\s+([\d.]+)(us|ms|s)\b/.exec(report) ?? []
  const scale = { us: 0.001, ms: 1, s: 1000 }[unit ?? ''] ?? Number.NaN
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1]),
    milliseconds: Number(value) * scale,
  }
}
