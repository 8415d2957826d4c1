import { join } from 'node:path'
import type { Browser, Page } from '../../packages/testing/src/browser/browser.ts'

/** Of a picture, in pixels: what is longer, as the reference of the API, browsers do not draw in time. */
const LONGEST = 12_000
/** Until then islands have said what they say. */
const SETTLED_MS = 400

export type Theme = 'light' | 'dark'

/** Pages of one registry, as they look on one screen. */
export interface Series {
  /** What the names of the pictures begin with. */
  readonly name: string
  readonly registry: string
  readonly pages: readonly string[]
  readonly width: number
  readonly theme: Theme
  /** Of the visitor's machine; null for who has told none. */
  readonly profile?: string | null
  readonly printed?: boolean
}

/** Where pictures go, and which are asked for. */
export interface Camera {
  readonly browser: Browser
  readonly folder: string
  /** A part of a picture's name; null for all of them. */
  readonly only: string | null
}

/** Takes a picture of each page, as long as the page is. */
export async function takePictures(camera: Camera, series: Series): Promise<void> {
  const wanted = series.pages.filter((path) => fileName(series, path).includes(camera.only ?? ''))
  if (wanted.length === 0) return
  const { width, theme, registry, profile = null } = series
  const context = await camera.browser.newContext({ viewport: { width, height: 900 }, colorScheme: theme })
  const page = await context.newPage()
  if (profile !== null) await tellMachine(page, registry, profile)
  if (series.printed) await page.emulateMedia({ media: 'print' })
  for (const path of wanted) {
    await page.goto(registry + path)
    if (profile !== null) await page.waitForTimeout(SETTLED_MS)
    const long = await page.evaluate<number>('document.documentElement.scrollHeight')
    const clip = { x: 0, y: 0, width, height: Math.min(long, LONGEST) }
    await page.screenshot({ path: join(camera.folder, fileName(series, path)), fullPage: true, clip })
  }
  await context.close()
}

async function tellMachine(page: Page, registry: string, profile: string): Promise<void> {
  await page.goto(`${registry}/machine`)
  await page.getByLabel('Host profile').fill(profile)
  await page.getByRole('button', { name: 'Keep in this browser' }).click()
}

function fileName({ name, width, theme }: Series, path: string): string {
  const page = path.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80)
  return `${name}${page}.${width}.${theme}.png`
}
