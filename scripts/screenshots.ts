import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { startCatalog } from '../apps/cli/src/hive/e2e/catalog.ts'
import {
  type Browser,
  hasChromium,
  NO_CHROMIUM,
  openChromium,
} from '../packages/testing/src/browser/browser.ts'
import { bringWorkers } from './screenshots/workers.ts'

/** Takes pictures of every kind of page, with workers in every state: `screenshots [FOLDER]`. */
const WIDTHS = [360, 1024, 1920] as const
const SETTLED_MS = 400
const THEMES = ['light', 'dark'] as const

const PAGES = [
  '/',
  '/search',
  '/search?q=speach+to+text',
  '/search?q=nothing-has-this&platform=linux',
  '/tags',
  '/tag/llm',
  '/publisher/official',
  '/worker/llm-worker',
  '/worker/sdxl-pro-worker',
  '/worker/tts-worker',
  '/worker/long-worker',
  '/worker/rtl-worker',
  '/worker/whisper-worker',
  '/worker/llm-worker/versions',
  '/worker/llm-worker/0.1.0',
  '/worker/llm-worker/diff/0.1.0...0.2.0',
  '/worker/llm-worker/security',
  '/compare',
  '/compare?w=llm-worker&w=vision-worker&w=long-worker&w=rtl-worker',
  '/machine',
  '/docs',
  '/docs/hive',
  '/docs/manifest',
  '/docs/errors',
  '/trust',
  '/status',
  '/nothing-here',
] as const
const PAGES_WITHOUT_WORKERS = ['/', '/search', '/tags'] as const

/** A computer without a GPU that workers could use. */
const MACHINE = {
  os: 'linux',
  arch: 'x86_64',
  libc: { name: 'glibc', version: '2.41' },
  cpu: { model: 'AMD Ryzen 7 7700', cores: 8 },
  memory_bytes: 32 * 2 ** 30,
  disk_free_bytes: 400 * 2 ** 30,
  gpus: [],
}

if (!hasChromium()) {
  console.error(NO_CHROMIUM)
  process.exit(1)
}
const [place = 'dist/screenshots'] = process.argv.slice(2)
const folder = resolve(process.env.INIT_CWD ?? process.cwd(), place)
await mkdir(folder, { recursive: true })
const browser = await openChromium()
try {
  await using full = await startCatalog()
  await bringWorkers(full)
  await using empty = await startCatalog()
  const profile = JSON.stringify(MACHINE)
  for (const width of WIDTHS) {
    for (const theme of THEMES) {
      await picture(browser, { width, theme, registry: full.url, pages: PAGES, name: 'full', profile: null })
      await picture(browser, { width, theme, registry: full.url, pages: PAGES, name: 'machine', profile })
      await picture(browser, {
        ...{ width, theme, registry: empty.url, pages: PAGES_WITHOUT_WORKERS },
        ...{ name: 'empty', profile: null },
      })
      process.stderr.write(`${width} pixels, ${theme}\n`)
    }
  }
} finally {
  await browser.close()
}
console.log(`the pictures are in ${folder}`)

interface Series {
  readonly width: number
  readonly theme: (typeof THEMES)[number]
  readonly registry: string
  readonly pages: readonly string[]
  readonly name: string
  /** Of the visitor's machine; null for who has told none. */
  readonly profile: string | null
}

async function picture(
  browser: Browser,
  { width, theme, registry, pages, name, profile }: Series,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme })
  const page = await context.newPage()
  if (profile !== null) {
    await page.goto(`${registry}/machine`)
    await page.getByLabel('Host profile').fill(profile)
    await page.getByRole('button', { name: 'Keep in this browser' }).click()
  }
  for (const path of profile === null ? pages : pages.filter(isOfWorkers)) {
    await page.goto(registry + path)
    // Until then, what runs on the machine is said.
    if (profile !== null) await page.waitForTimeout(SETTLED_MS)
    const file = `${name}${path.replaceAll(/[^a-z0-9]+/gi, '-')}.${width}.${theme}.png`
    await page.screenshot({ path: join(folder, file), fullPage: true })
  }
  await context.close()
}

/** Pages that say something of the visitor's machine. */
function isOfWorkers(path: string): boolean {
  return /^\/(?:worker\/[^/]+$|search$|compare|machine)/.test(path)
}
