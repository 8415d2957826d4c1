import type { Browser, Page } from '@rbee/testing/browser'

/** Somebody in front of the site, with an empty browser. */
export interface Visitor {
  readonly page: Page
  /** What pages said in the console that went wrong. */
  readonly complaints: readonly string[]
  /** What lies in the clipboard. */
  clipboard(): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

/** What Chromium itself says on machines without a GPU, when a page asks for one. */
const NO_GPU = 'No available adapters.'
/** As long as a page may take on a busy machine. */
const PATIENCE_MS = 20_000

export async function aVisitor(
  browser: Browser,
  settings: Parameters<Browser['newContext']>[0] = {},
): Promise<Visitor> {
  // Colours that fade from theme to theme would be judged on their way.
  const context = await browser.newContext({ reducedMotion: 'reduce', ...settings })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type()) || message.text() === NO_GPU) return
    complaints.push(`${message.location().url}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return {
    page,
    complaints,
    clipboard: () => page.evaluate<string>('navigator.clipboard.readText()'),
    [Symbol.asyncDispose]: () => context.close(),
  }
}
