import type { Browser } from '../../packages/testing/src/browser/browser.ts'

/** What a visitor of a page waits for, in milliseconds from the begin of the navigation. */
export interface PageTimes {
  readonly firstByte: number
  readonly largestPaint: number
}

/** A phone on a slow line: a quarter of this processor, 150 ms there and back, 1.6 Mbit/s. */
const PROCESSOR_RATE = 4
const LINE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 }
const SETTLED = `new Promise((resolve) => {
  let largest = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) largest = entry.startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  setTimeout(() => resolve(largest), 500)
})`

/** Opens a page with nothing kept from earlier ones. */
export async function pageTimes(browser: Browser, url: string, shows: string): Promise<PageTimes> {
  const context = await browser.newContext({ viewport: { width: 1024, height: 768 } })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.emulateNetworkConditions', LINE)
    await session.send('Emulation.setCPUThrottlingRate', { rate: PROCESSOR_RATE })
    await page.goto(url, { waitUntil: 'networkidle' })
    await page.getByText(shows).first().waitFor()
    const firstByte = await page.evaluate<number>(
      "performance.getEntriesByType('navigation')[0].responseStart",
    )
    return { firstByte, largestPaint: await page.evaluate<number>(SETTLED) }
  } finally {
    await context.close()
  }
}
