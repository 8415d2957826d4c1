import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'

export type { Browser, BrowserContext, Page } from 'playwright-core'

/** Where Debian and its descendants put it. */
const CHROMIUM = '/usr/bin/chromium'
/** It speaks with nobody but the pages that are opened, and takes no sandbox where the user is root. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export const NO_CHROMIUM = 'Chromium is not installed (apt-get install chromium)'

/** Whether there is a browser to test pages in. */
export function hasChromium(): boolean {
  return existsSync(CHROMIUM)
}

export function openChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
}

interface AxeViolation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

let axe: string | null = null

/** Those that depend on colours, and so on the theme. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
/** How many elements of a kind are looked at: the last one may lie in another place than the first. */
const OF_A_KIND = 2

/** What axe-core finds in the page as it stands, colours apart: a line per rule and element. */
export function accessibilityFaults(page: Page): Promise<string[]> {
  const rules = Object.fromEntries(COLOUR_RULES.map((rule) => [rule, { enabled: false }]))
  return faults(page, 'document', { rules })
}

/**
 * What axe-core finds in the page's colours, in the theme that is shown. Of the elements that hold text it looks at some of
 * each kind, by their names and classes and those of what they stand in: for thousands of them it would take a quarter of a minute.
 */
export async function colourFaults(page: Page): Promise<string[]> {
  await page.evaluate(markSample)
  const values = COLOUR_RULES
  return faults(page, `{ include: ['[data-sample]'] }`, { runOnly: { type: 'rule', values } })
}

/** Runs in the page, as text. */
const markSample = `{
  const seen = new Map()
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '')
  const kindOf = (element) =>
    element === null ? '' : kindOf(element.parentElement) + '>' + element.tagName + '.' + element.className
  for (const element of document.body.querySelectorAll('*')) {
    if (!hasText(element)) continue
    const kind = kindOf(element)
    const count = seen.get(kind) ?? 0
    seen.set(kind, count + 1)
    if (count < ${OF_A_KIND}) element.setAttribute('data-sample', '')
  }
}`

async function faults(page: Page, context: string, options: object): Promise<string[]> {
  axe ??= await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  // Evaluated by the debugger, which the page's own policy does not bind.
  await page.evaluate(axe)
  const violations = await page.evaluate<readonly AxeViolation[]>(
    `axe.run(${context}, ${JSON.stringify(options)}).then(({ violations }) => violations)`,
  )
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  )
}
