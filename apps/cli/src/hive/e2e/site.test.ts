import { gzipSync } from 'node:zlib'
import {
  accessibilityFaults,
  type Browser,
  type BrowserContext,
  colourFaults,
  hasChromium,
  NO_CHROMIUM,
  openChromium,
  type Page,
} from '@rbee/testing/browser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'
import { everyPage, oneOfAKind } from './site/every-page.ts'

// What every page of the site keeps to, in a browser; what people do there is told in the folder site.

const PASSES = '[ "$1" = --self-test ] && exit 0'

let catalog: TestCatalog
let machine: Machine
let browser: Browser
let context: BrowserContext
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  if (!hasChromium()) return
  catalog = await startCatalog()
  const run = (id: string) => ({ run: { command: [`bin/${id}`], port_flag: '--port' } })
  await catalog.publish({
    id: 'ocr-worker',
    official: true,
    variants: { cpu: program('ocr-worker', PASSES) },
    manifest: {
      ...run('ocr-worker'),
      name: 'OCR Worker',
      description: 'Reads text off pictures',
      tags: ['ocr', 'vision'],
      requirements: { cpu: { memory: '64 MiB' } },
    },
  })
  for (const [id, vram] of [
    ['llm-small', '2 GiB'],
    ['llm-large', '48 GiB'],
  ] as const) {
    await catalog.publish({
      id,
      variants: { cuda: program(id, PASSES), cpu: program(id, PASSES) },
      manifest: {
        name: id === 'llm-small' ? 'Small LLM' : 'Large LLM',
        description: 'Completes text with a language model',
        tags: ['llm'],
        capabilities: { supported_formats: ['gguf'], tasks: ['text-generation'] },
        requirements: { cuda: { vram } },
        ...(id === 'llm-large' ? { license: 'MIT' } : {}),
      },
    })
  }
  await catalog.publish({
    id: 'llm-small',
    version: '0.2.0',
    variants: { cpu: program('llm-small', PASSES) },
  })
  await catalog.change('llm-small', '0.1.0', 'yank', 'It answers slowly')
  machine = await aMachine(catalog.url)
  browser = await openChromium()
  // Colours that fade from theme to theme would be judged on their way.
  context = await browser.newContext({ reducedMotion: 'reduce' })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.location().url}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(error.message))
})
afterAll(async () => {
  await browser?.close()
  await machine?.[Symbol.asyncDispose]()
  await catalog?.[Symbol.asyncDispose]()
})

const open = (path: string) => page.goto(catalog.url + path)
const shown = it.skipIf(!hasChromium())

describe(`the site in a browser${hasChromium() ? '' : ` (skipped: ${NO_CHROMIUM})`}`, () => {
  shown('asks the registry for what runs on the machine only when that is pressed', async () => {
    const { stdout: profile } = await machine.hive('detect', '--json')
    await open('/machine')
    await page.getByLabel('Host profile').fill('{"os":"linux"}')
    await page.getByRole('button', { name: 'Keep in this browser' }).click()
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('arch:')
    await page.getByLabel('Host profile').fill(profile)
    await page.getByRole('button', { name: 'Keep in this browser' }).click()
    await page.getByRole('heading', { name: 'Kept in this browser' }).waitFor()
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(`${new URL(request.url()).pathname} ${request.postData()}`)
    })
    await open('/search')
    await page.locator('[data-worker="llm-large"] [data-fit]').filter({ hasText: 'this machine' }).waitFor()
    expect(sent).toEqual([])
    await page.getByRole('button', { name: 'Only what runs on my machine' }).click()
    await page.getByRole('heading', { name: /workers run on this machine/ }).waitFor()
    expect(sent).toHaveLength(1)
    await open('/machine')
    await page.getByRole('button', { name: 'Forget it' }).click()
    expect(await page.evaluate('localStorage.length')).toBe(0)
  })

  shown(
    'has no page in which axe-core finds a fault, in both themes, and none that complains',
    async () => {
      const faults: string[] = []
      const note = (path: string, found: readonly string[]) =>
        faults.push(...found.map((fault) => `${path}: ${fault}`))
      const paths = await everyPage(catalog.url)
      for (const path of oneOfAKind(paths)) {
        await open(path)
        note(path, await accessibilityFaults(page))
      }
      for (const path of oneOfAKind(paths, { guidesAlike: true })) {
        await open(path)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          note(`${path}, ${colorScheme}`, await colourFaults(page))
        }
      }
      expect(complaints).toEqual([])
      // Chromium itself complains of its status.
      await open('/nothing-here')
      note('/nothing-here', [...(await accessibilityFaults(page)), ...(await colourFaults(page))])
      expect(faults).toEqual([])
    },
    120_000,
  )

  shown('loads at most 30 KB of gzipped JavaScript and 20 KB of CSS on the page of a worker', async () => {
    const bytes: Record<'script' | 'stylesheet', number> = { script: 0, stylesheet: 0 }
    const responses: Promise<void>[] = []
    const fresh = await browser.newContext()
    const visitor = await fresh.newPage()
    visitor.on('response', (response) => {
      const kind = response.request().resourceType()
      if (kind !== 'script' && kind !== 'stylesheet') return
      responses.push(
        response.body().then((body) => {
          bytes[kind] += gzipSync(body).length
        }),
      )
    })
    await visitor.goto(`${catalog.url}/worker/ocr-worker`, { waitUntil: 'networkidle' })
    await Promise.all(responses)
    await fresh.close()
    expect(bytes.script).toBeGreaterThan(0)
    expect(bytes.script).toBeLessThanOrEqual(30_000)
    expect(bytes.stylesheet).toBeLessThanOrEqual(20_000)
  })
})
