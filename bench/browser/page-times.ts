import type { Browser } from '../../packages/testing/src/browser/browser.ts'
import type { LineSpeed } from './slow-line.ts'

/** What a visitor of a page waits for, in milliseconds from the begin of the navigation. */
export interface PageTimes {
  /** Of the document, which may say nothing of what is shown. */
  readonly firstByte: number
  /** Of the first answer that says something of what is shown. */
  readonly firstContentByte: number
  readonly firstPaint: number
  readonly largestPaint: number
}

/** A page that is opened. */
export interface OpenedPage {
  readonly url: string
  /** A text that stands in it once it is there. */
  readonly shows: string
  /** The beginning of the path of answers that its content comes from; null where it stands in the document. */
  readonly contentPath: string | null
}

/** A phone: a quarter of this processor, and a line of 150 ms there and back and 1.6 Mbit/s. */
const PROCESSOR_RATE = 4
export const SLOW_LINE: LineSpeed = { roundTripMs: 150, down: 200_000, up: 93_750 }

/** Times of the Performance API; what is painted after the last change counts as well. */
const SETTLED = `new Promise((resolve) => {
  const entries = (type) => performance.getEntriesByType(type)
  let largest = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) largest = entry.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  setTimeout(() => resolve({
    document: entries('navigation')[0].responseStart,
    resources: entries('resource').map(({ name, responseStart }) => ({ path: new URL(name).pathname, responseStart })),
    firstPaint: entries('paint').find(({ name }) => name === 'first-contentful-paint').startTime,
    largest,
  }), 500)
})`

interface Settled {
  readonly document: number
  readonly resources: readonly { readonly path: string; readonly responseStart: number }[]
  readonly firstPaint: number
  readonly largest: number
}

/** Opens a page with nothing kept from earlier ones. */
export async function pageTimes(
  browser: Browser,
  { url, shows, contentPath }: OpenedPage,
): Promise<PageTimes> {
  const context = await browser.newContext({ viewport: { width: 1024, height: 768 } })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: PROCESSOR_RATE })
    await page.goto(url, { waitUntil: 'networkidle' })
    await page.getByText(shows).first().waitFor()
    const settled = await page.evaluate<Settled>(SETTLED)
    const { document: firstByte, firstPaint, largest: largestPaint } = settled
    return { firstByte, firstContentByte: firstContentByte(settled, contentPath), firstPaint, largestPaint }
  } finally {
    await context.close()
  }
}

function firstContentByte({ document, resources }: Settled, contentPath: string | null): number {
  if (contentPath === null) return document
  const answers = resources.filter(({ path }) => path.startsWith(contentPath))
  if (answers.length === 0) throw new Error(`the page never asked for ${contentPath}…`)
  return Math.min(...answers.map(({ responseStart }) => responseStart))
}
