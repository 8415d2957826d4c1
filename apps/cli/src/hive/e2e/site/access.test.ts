import { type Browser, hasChromium, NO_CHROMIUM, openChromium, type Page } from '@rbee/testing/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from '../catalog.ts'
import { fillShelf } from './shelf.ts'
import { aVisitor } from './visitor.ts'

// The site for those who do without scripts, without a mouse, without a screen, or in another direction.

/** As long as a manifest allows, in scripts that are read from the right. */
const RIGHT_TO_LEFT = [
  {
    id: 'arabic-worker',
    name: `عامل الترجمة ${'الطويلة جدا '.repeat(7)}`.trim(),
    text: 'يترجم النصوص بين العربية ولغات أخرى. '.repeat(6),
  },
  { id: 'hebrew-worker', name: 'מתרגם'.repeat(19), text: 'מתרגם טקסטים בין עברית לשפות אחרות '.repeat(6) },
] as const
/** Linux without anything that decides. */
const PROFILE = {
  os: 'linux',
  arch: 'x86_64',
  cpu: { model: 'A processor' },
  gpus: [],
  memory_bytes: 2 ** 34,
}

let catalog: TestCatalog
let browser: Browser

beforeAll(async () => {
  if (!hasChromium()) return
  catalog = await startCatalog()
  await fillShelf(
    { url: catalog.url, token: (await catalog.createToken('operator')).token },
    { withOcr: true },
  )
  for (const { id, name, text } of RIGHT_TO_LEFT)
    await catalog.publish({
      id,
      variants: { cpu: program(id, 'exit 0') },
      manifest: { name, description: text.slice(0, 200), authors: [name] },
    })
  browser = await openChromium()
})
afterAll(async () => {
  await browser?.close()
  await catalog?.[Symbol.asyncDispose]()
})

const shown = it.skipIf(!hasChromium())
const focused = (page: Page) =>
  page.evaluate<string>(
    `(({ tagName, textContent, ariaLabel, name }) => [tagName, ariaLabel ?? (textContent.trim() || name)].join(' '))(document.activeElement)`,
  )

describe(`the site${hasChromium() ? '' : ` (skipped: ${NO_CHROMIUM})`}`, () => {
  shown('without scripts leads to a worker that runs here, and to the line that installs it', async () => {
    await using visitor = await aVisitor(browser, { javaScriptEnabled: false })
    const { page } = visitor
    await page.goto(`${catalog.url}/`)
    await page.getByRole('searchbox', { name: 'Search workers' }).fill('ocr')
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'OCR Worker' }).click()
    expect(await page.getByText(/^rbee-hive install ocr-worker --registry /).count()).toBe(1)
    await page.getByRole('link', { name: 'Does it run on my machine?' }).click()
    await page.getByLabel('Host profile').fill(JSON.stringify(PROFILE))
    await page.getByRole('button', { name: 'Does ocr-worker run on it?' }).click()
    await page.getByRole('heading', { name: 'OCR Worker runs on this machine' }).waitFor()
  })

  shown('without scripts compares two workers, and shows what speaks for one', async () => {
    await using visitor = await aVisitor(browser, { javaScriptEnabled: false })
    const { page } = visitor
    await page.goto(`${catalog.url}/search?q=llm`)
    for (const name of ['Small LLM', 'Large LLM']) await page.getByLabel(`Compare ${name}`).check()
    await page.getByRole('button', { name: 'Compare the chosen workers' }).click()
    expect(await page.getByRole('columnheader').count()).toBe(2)
    await page.goto(`${catalog.url}/worker/speech-worker`)
    await page.getByRole('link', { name: 'Security' }).click()
    await page
      .getByText(/^sha256:[0-9a-f]{64}$/)
      .first()
      .waitFor()
    await page.getByText('signed for 1 of 1 builds').waitFor()
    await page.getByRole('link', { name: 'Versions' }).click()
    await page.getByText('quarantined', { exact: false }).first().waitFor()
  })

  shown('goes by keyboard alone: skip link, suggestions, and out of every field again', async () => {
    await using visitor = await aVisitor(browser)
    const { page } = visitor
    await page.goto(`${catalog.url}/search`)
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('A Skip to content')
    await page.keyboard.press('Enter')
    expect(await focused(page)).toMatch(/^MAIN/)

    const field = page.getByRole('combobox', { name: 'Search workers' })
    await field.focus()
    await page.keyboard.type('llm')
    const options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
    await options.first().waitFor()
    await page.keyboard.press('ArrowDown')
    const id = await options.first().getAttribute('id')
    expect(await field.getAttribute('aria-activedescendant')).toBe(id)
    await page.keyboard.press('ArrowUp')
    expect(await field.getAttribute('aria-activedescendant')).toBeNull()
    await page.keyboard.press('Escape')
    expect(await field.getAttribute('aria-expanded')).toBe('false')
    expect(await options.count()).toBe(0)
    await page.keyboard.press('ArrowDown')
    await options.first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\d\/(?:worker|tag|publisher)\//)
    await page.getByRole('heading', { level: 1 }).waitFor()
  })

  for (const path of ['/', '/search', '/worker/ocr-worker', '/machine', '/compare?w=llm-small&w=llm-large'])
    shown(`at ${path} shows where the keyboard is, stops everywhere once, and comes to its end`, async () => {
      await using visitor = await aVisitor(browser)
      const { page } = visitor
      await page.goto(catalog.url + path)
      const stops = await tabStops(page)
      expect(stops.length).toBeGreaterThan(8)
      expect(stops.filter(({ isSeen }) => !isSeen)).toEqual([])
      expect(stops.at(-1)?.text).toBe('Status')
      const controls = 'a[href], button, input:not([type="hidden"]), textarea, select'
      for (const control of await page.locator(controls).filter({ visible: true }).all())
        expect(await control.ariaSnapshot()).toMatch(/^- '?[a-z]+ ".+/)
    })

  shown('tells a screen reader what was copied and what was found', async () => {
    await using visitor = await aVisitor(browser)
    const { page } = visitor
    await page.goto(`${catalog.url}/worker/ocr-worker`)
    await page.getByRole('button', { name: 'Copy the command: rbee-hive' }).click()
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
    await page.getByRole('combobox').pressSequentially('llm')
    await page
      .getByRole('status')
      .filter({ hasText: /\d suggestions?/ })
      .waitFor({ state: 'attached' })
  })

  shown('keeps texts that are read from the right within 320 pixels, in their own direction', async () => {
    await using visitor = await aVisitor(browser, { viewport: { width: 320, height: 640 } })
    const { page } = visitor
    for (const path of ['/', '/search', ...RIGHT_TO_LEFT.flatMap(({ id }) => pagesOf(id)), comparePath()]) {
      await page.goto(catalog.url + path)
      const width = await page.evaluate('document.documentElement.scrollWidth')
      expect(`${path} ${width}`).toBe(`${path} 320`)
    }
    await page.goto(`${catalog.url}/worker/hebrew-worker`)
    for (const text of [page.getByRole('heading', { level: 1 }), page.locator('.lead')])
      expect(await text.evaluate((element) => element.matches(':dir(rtl)'))).toBe(true)
  })
})

const pagesOf = (id: string) => ['', '/versions', '/security', '/0.1.0'].map((part) => `/worker/${id}${part}`)
const comparePath = () => `/compare?${RIGHT_TO_LEFT.map(({ id }) => `w=${id}`).join('&')}`

interface TabStop {
  readonly text: string
  /** Whether it is marked as the place of the keyboard, inside the page. */
  readonly isSeen: boolean
}

/** Presses Tab until the page is left. Fails where a place is come to twice. */
async function tabStops(page: Page): Promise<TabStop[]> {
  const stops: TabStop[] = []
  for (;;) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate<(TabStop & { again: boolean }) | null>(`(() => {
      const element = document.activeElement
      if (element === null || element === document.body) return null
      const again = element.hasAttribute('data-was-here')
      element.setAttribute('data-was-here', '')
      const marks = [element, element.parentElement].map((one) => getComputedStyle(one))
      const { width, height } = element.getBoundingClientRect()
      const isMarked = marks.some(({ outlineStyle, boxShadow }) => outlineStyle !== 'none' || boxShadow !== 'none')
      return { text: element.textContent.trim(), isSeen: isMarked && width > 0 && height > 0, again }
    })()`)
    if (stop === null) return stops
    if (stop.again) throw new Error(`the keyboard comes to "${stop.text}" again`)
    stops.push(stop)
  }
}
