import { fileURLToPath } from 'node:url'
import { type Browser, hasChromium, NO_CHROMIUM, openChromium } from '@rbee/testing/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillShelf, type OpenSite } from './shelf.ts'
import { openShell } from './shell.ts'
import { STORIES } from './stories.ts'
import { aVisitor } from './visitor.ts'

const RECEIPT = new URL('../../../../../../workers/ocr-worker/samples/receipt.png', import.meta.url)
const PICTURE = { file: fileURLToPath(RECEIPT), text: /"\d+ by \d+ pixels"/ }

/** Every story as a test, on a registry without workers. */
export function tellStories(site: () => OpenSite): void {
  let browser: Browser

  beforeAll(async () => {
    if (!hasChromium()) return
    await fillShelf(site(), { withOcr: true })
    browser = await openChromium()
  })
  afterAll(async () => {
    await browser?.close()
  })

  describe(`on its site${hasChromium() ? '' : ` (skipped: ${NO_CHROMIUM})`}`, () => {
    for (const [sentence, tell] of Object.entries(STORIES)) {
      it.skipIf(!hasChromium())(sentence, async () => {
        await using visitor = await aVisitor(browser)
        await using shell = await openShell()
        await tell({ site: site(), visitor, shell, picture: PICTURE, say: () => {} })
        expect(visitor.complaints).toEqual([])
      })
    }
  })
}
