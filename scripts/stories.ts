import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fillShelf, type OpenSite } from '../apps/cli/src/hive/e2e/site/shelf.ts'
import { openShell } from '../apps/cli/src/hive/e2e/site/shell.ts'
import { STORIES } from '../apps/cli/src/hive/e2e/site/stories.ts'
import { aVisitor } from '../apps/cli/src/hive/e2e/site/visitor.ts'
import {
  type Browser,
  hasChromium,
  NO_CHROMIUM,
  openChromium,
} from '../packages/testing/src/browser/browser.ts'
import { startDev } from './dev/running-dev.ts'
import { startCatalog } from './quickstart/catalog.ts'
import { type Programs, programsOf, QuickstartError } from './quickstart/programs.ts'

const HELP = `usage: pnpm stories [node] [wrangler]

Tells in Chromium and in a shell what people do on the site, with the real OCR worker: on Node, and under wrangler dev.
Ends with 0 when every story ended well.`

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
/** What the real worker is to read. */
const PICTURE = { file: join(PROJECT, 'workers/ocr-worker/samples/receipt.png'), text: /Meadow Bakery/ }

interface Server extends OpenSite {
  stop(): Promise<void>
}

/** Starts each kind of server with an empty data folder. */
const SERVERS: Readonly<Record<string, (dataDir: string, programs: Programs) => Promise<Server>>> = {
  async node(dataDir, programs) {
    const quiet = new AbortController().signal
    const catalog = await startCatalog(programs, { port: 0, dataDir }, quiet, () => {})
    const args = ['token', 'create', '--scope', 'operator', '--expires', '1d', '--quiet']
    const token = await programs.run({ program: 'rbee-catalog', args: [...args, '--data-dir', dataDir] })
    return { url: catalog.url, token, stop: catalog.stop }
  },
  async wrangler(dataDir) {
    const token = `rbee_op_${randomBytes(32).toString('base64url')}`
    return { ...(await startDev(dataDir, token)), token }
  },
}

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const names = args.length === 0 ? Object.keys(SERVERS) : args
  const unknown = names.find((name) => !Object.hasOwn(SERVERS, name))
  if (unknown !== undefined) {
    console.log(HELP)
    return unknown === '--help' ? 0 : 2
  }
  if (!hasChromium()) {
    console.error(NO_CHROMIUM)
    return 1
  }
  const browser = await openChromium()
  try {
    let failed = 0
    for (const name of names) failed += await tellAll(name, browser)
    console.log(failed === 0 ? '\nEvery story ended well.' : `\nStories that failed: ${failed}.`)
    return failed === 0 ? 0 : 1
  } catch (error) {
    // The program that failed has said why.
    if (!(error instanceof QuickstartError)) throw error
    console.error(`error: ${error.message}`)
    return 1
  } finally {
    await browser.close()
  }
}

/** @returns how many failed. */
async function tellAll(name: string, browser: Browser): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-stories-'))
  const programs = programsOf(PROJECT, process.env, new AbortController().signal)
  const server = await SERVERS[name]?.(join(folder, 'data'), programs)
  if (server === undefined) throw new Error(`there is no server ${name}`)
  console.log(`\n# ${name === 'node' ? 'On Node' : 'Under wrangler dev'}: ${server.url}`)
  try {
    await fillShelf(server, { withOcr: false })
    await publishOcr(server, programs)
    let failed = 0
    for (const story of Object.keys(STORIES)) if (!(await tell(story, server, browser))) failed += 1
    return failed
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Builds and publishes the worker as its maintainers do. */
async function publishOcr({ url, token }: OpenSite, programs: Programs): Promise<void> {
  const env = { RBEE_REGISTRY: url, RBEE_TOKEN: token }
  await programs.run({ program: 'rbee-catalog', args: ['sync'], env })
  await programs.run({ program: 'rbee-publish', args: ['workers/ocr-worker', '--json'], env })
}

/** @returns whether it ended well. */
async function tell(story: string, site: OpenSite, browser: Browser): Promise<boolean> {
  const started = Date.now()
  console.log(`\n## ${story[0]?.toUpperCase()}${story.slice(1)}`)
  await using visitor = await aVisitor(browser)
  await using shell = await openShell()
  const say = (sentence: string) => console.log(sentence)
  try {
    await STORIES[story as keyof typeof STORIES]({ site, visitor, shell, picture: PICTURE, say })
    if (visitor.complaints.length > 0) throw new Error(`the console says: ${visitor.complaints.join('; ')}`)
    console.log(`ok, ${((Date.now() - started) / 1000).toFixed(1)} s`)
    return true
  } catch (error) {
    console.log(`FAILED: ${error instanceof Error ? error.stack : error}`)
    return false
  }
}
