import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aManifest, aReleaseInput, artifactOf, packedArchive, pngPicture } from '@rbee/testing'
import { failurePageText } from '@rbee/web'
import { HtmlValidate } from 'html-validate'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../src/entry/node.ts'
import { pictured, putPicture } from './images.ts'
import { readXml } from './read-xml.ts'
import { bringSamples, publish, sendArchive, syncEntries } from './sample-workers.ts'
import { type Subject, send } from './subject.ts'

// Every page is held against the HTML standard, with texts of strangers in it that try to break out.

const HOSTILE = `<b>"Bold"</b> & <script>alert(1)</script> 'quoted'`
const README = `# Title\n\n##### Deep\n\n<p>open <div><h2 id="content">x</h2><table><tr><td>cell\n\n![picture](x.png)\n\n- [ ] task\n`

const PAGES = [
  '/',
  '/search',
  '/search?q=worker',
  '/search?q=nothing-has-this-word&platform=linux',
  '/tags',
  '/tag/llm',
  '/publisher/official',
  '/compare',
  '/compare?w=llm-worker&w=hostile-worker&w=echo-worker',
  '/machine',
  '/machine?worker=llm-worker',
  '/worker/llm-worker',
  '/worker/hostile-worker',
  '/worker/echo-worker',
  '/worker/source-worker',
  '/worker/sold-worker',
  '/worker/deprecated-worker',
  '/worker/blocked-worker',
  '/worker/blocked-worker/1.0.0',
  '/worker/blocked-worker/versions',
  '/worker/blocked-worker/security',
  '/worker/pictured-worker',
  '/worker/hostile-worker/versions',
  '/worker/hostile-worker/security',
  '/worker/hostile-worker/changelog',
  '/worker/llm-worker/changelog',
  '/worker/llm-worker/dependents',
  '/worker/hostile-worker/1.1.0/files/linux-x86_64/cpu',
  '/worker/llm-worker/security',
  '/worker/source-worker/security',
  '/worker/hostile-worker/1.1.0',
  '/worker/hostile-worker/diff/1.0.0...1.1.0',
  '/docs',
  '/docs/api',
  '/docs/errors',
  '/docs/manifest',
  '/docs/hive',
  '/docs/operating',
  '/docs/security',
  '/docs/checks',
  '/docs/checks/eval',
  '/docs/decisions/0030-signed-metadata',
  '/trust',
  '/status',
  '/nothing-here',
]

const validator = new HtmlValidate({
  extends: ['html-validate:standard', 'html-validate:a11y'],
  rules: {
    // Styles of writing, about which the standard says nothing.
    'attr-quotes': 'off',
    'no-trailing-whitespace': 'off',
    'no-inline-style': 'error',
    'void-style': 'off',
    'long-title': 'off',
    // Regions that scroll are reached by keyboard.
    'no-redundant-role': 'error',
    'prefer-native-element': ['error', { exclude: ['region', 'status'] }],
  },
})

let dataDir = ''
let server: RunningServer
/** A registry in which nothing was published. */
let empty: RunningServer
let subject: Subject

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rbee-pages-'))
  const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
  const log = { info: () => {}, error: console.error }
  const settings = { host: '127.0.0.1', port: 0, operatorToken, log, clock: Date.now, randomBytes }
  server = await startServer({ ...settings, dataDir: join(dataDir, 'full') })
  empty = await startServer({ ...settings, dataDir: join(dataDir, 'empty') })
  subject = {
    operatorToken,
    webhookSecret: '',
    queries: () => 0,
    fetch: (path, init) => fetch(server.url + path, init),
    close: () => server.close(),
  }
  const { publishToken } = await bringSamples(subject)
  const archive = await packedArchive({ 'bin/hostile-worker': 'x', LICENSE: 'x', 'README.md': 'x' }, 'tar.gz')
  await sendArchive(subject, publishToken, archive)
  for (const version of ['1.0.0', '1.1.0']) {
    const manifest = aManifest({
      id: 'hostile-worker',
      name: HOSTILE,
      description: HOSTILE,
      authors: [HOSTILE],
      license: version === '1.0.0' ? 'MIT' : 'Apache-2.0',
      homepage: 'https://example.org/"><script>alert(1)</script>',
      requirements: { cpu: { memory: '1 GiB' } } as never,
      dependencies: { system: [HOSTILE] },
      screenshots: [{ url: 'https://example.org/"onerror="x', caption: HOSTILE }, { url: 'shots/first.png' }],
      pricing: version === '1.0.0' ? undefined : { model: 'free' },
    })
    await publish(
      subject,
      publishToken,
      aReleaseInput({
        manifest,
        version,
        artifacts: [artifactOf([archive])],
        readme: README,
        changelog: README,
      }),
    )
  }
  const day = new Date().toISOString().slice(0, 10)
  const clients = Array.from({ length: 12 }, (_, client) => ({ day, client: `${client}` }))
  await server.registry.countDownloads(clients.map((mark) => ({ ...mark, sha256: archive.sha256 })))
  await server.registry.writeDueStatistics()
  const picture = pngPicture(320, 200)
  await putPicture(subject, picture)
  await syncEntries(subject, 'pictured', [await pictured('pictured-worker', picture)])
  await send(subject, 'POST', '/v1/workers/hostile-worker/1.0.0/yank', {
    token: publishToken,
    json: { reason: HOSTILE },
  })
  await bringStates(subject, publishToken)
})
afterAll(async () => {
  await server.close()
  await empty.close()
  await rm(dataDir, { recursive: true })
})

/** Workers that are sold, deprecated, or blocked; none of them has a README. */
async function bringStates(subject: Subject, token: string): Promise<void> {
  const states = { 'sold-worker': 0, 'deprecated-worker': 1, 'blocked-worker': 2 }
  for (const [id, number] of Object.entries(states)) {
    const archive = await packedArchive({ [`bin/${id}`]: `${number}`, LICENSE: 'x' }, 'tar.gz')
    await sendArchive(subject, token, archive)
    const pricing = { model: 'subscription', price_usd: 29, interval: 'month', trial_days: 14 } as const
    const manifest = aManifest({
      ...{ id, name: HOSTILE, description: HOSTILE },
      ...(id === 'sold-worker' ? { pricing, license: 'LicenseRef-Commercial' } : {}),
    })
    await publish(subject, token, aReleaseInput({ manifest, artifacts: [artifactOf([archive])] }))
  }
  const change = (path: string, json: object) =>
    send(subject, 'POST', `/v1/workers/${path}`, { token: subject.operatorToken, json })
  await change('deprecated-worker/deprecate', { reason: HOSTILE, successor: 'echo-worker' })
  await change('blocked-worker/1.0.0/quarantine', { reason: HOSTILE })
}

it.each(PAGES)('%s is valid HTML', async (path) => {
  const response = await fetch(server.url + path, { headers: { accept: 'text/html' } })
  const html = await response.text()
  expect(response.status).toBe(path === '/nothing-here' ? 404 : 200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(html).not.toMatch(/<script>|<b>"Bold|undefined|\[object|NaN/)
  expect(await faults(html)).toEqual([])
})

it('names what rises on the first page, without what its name tries', async () => {
  const html = await (await fetch(server.url)).text()
  expect(html).toMatch(/<h2 id="rising">Rising<\/h2>.*&lt;b&gt;&quot;Bold.*12 downloads in 7 days/s)
})

it.each([
  ['invalid_filter', 400],
  ['worker_not_found', 404],
  ['rate_limited', 429],
  ['internal', 500],
  ['storage_failed', 503],
] as const)('the page in place of one that fails with %s is valid HTML', async (code, status) => {
  const html = failurePageText({
    type: 'about:blank',
    title: HOSTILE,
    status,
    code,
    detail: HOSTILE,
    error: HOSTILE,
    next: HOSTILE,
    request_id: 'x',
  })
  expect(html).not.toMatch(/<script>|<b>"Bold|undefined|\[object|NaN/)
  expect(await faults(html)).toEqual([])
})

it.each(['/', '/search', '/tags', '/compare', '/machine', '/trust', '/status'])(
  '%s of a registry without workers is valid HTML',
  async (path) => {
    const response = await fetch(empty.url + path, { headers: { accept: 'text/html' } })
    const html = await response.text()
    expect(response.status).toBe(200)
    expect(html).not.toMatch(/undefined|\[object|NaN/)
    expect(await faults(html)).toEqual([])
  },
)

it.each([
  ['a plan', { worker: 'llm-worker', profile: JSON.stringify(aHostProfile()) }, 'on this machine'],
  ['what runs', { search: 'q=worker', profile: JSON.stringify(aHostProfile()) }, 'on this machine'],
  ['what is wrong', { profile: `{"os":"<script>"}` }, 'arch: '],
  ['no JSON', { profile: HOSTILE }, 'This is not JSON'],
])('the machine’s page answers a form with %s, as valid HTML', async (_, form, said) => {
  const response = await fetch(`${server.url}/machine`, { method: 'POST', body: new URLSearchParams(form) })
  const html = await response.text()
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(html).toContain(said)
  expect(html).not.toMatch(/<script>|undefined|\[object|NaN/)
  expect(await faults(html)).toEqual([])
})

it('takes nothing but a form for the machine’s page', async () => {
  const response = await fetch(`${server.url}/machine`, { method: 'POST', body: '{}' })
  expect(response.status).toBe(415)
})

it.each([
  '/feeds/all.atom',
  '/feeds/worker/hostile-worker.atom',
  '/sitemap.xml',
  '/sitemaps/workers-1.xml',
  '/badge/hostile-worker.svg',
])('%s is well-formed XML, and says what strangers wrote as text', async (path) => {
  const elements = readXml(await (await fetch(server.url + path)).text())
  expect(elements.map(({ name }) => name)).not.toContain('script')
  if (path.endsWith('.atom')) expect(elements.map(({ text }) => text)).toContain(`${HOSTILE} 1.1.0`)
})

async function faults(html: string): Promise<string[]> {
  const { results } = await validator.validateString(html)
  return results.flatMap(({ messages }) => messages.map(told))
}

function told({
  ruleId,
  message,
  line,
  column,
}: {
  ruleId: string
  message: string
  line: number
  column: number
}) {
  return `${line}:${column} ${ruleId}: ${message}`
}

/** A machine without a GPU. */
function aHostProfile() {
  return { os: 'linux', arch: 'x86_64', cpu: { model: HOSTILE }, gpus: [] }
}
