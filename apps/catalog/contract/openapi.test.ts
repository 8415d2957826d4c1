import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { licenseAnswerSchema, trustedPublishersSchema } from '@rbee/schema'
import {
  aKeyChange,
  aPublisherSigner,
  artifactOf,
  aWorkerId,
  packedArchive,
  pngPicture,
  sha256Hex,
  withProvenance,
} from '@rbee/testing'
import { startIdentityProvider, type TestIdentityProvider } from '@rbee/testing/oidc'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startServer } from '../src/entry/node.ts'
import { putPicture } from './images.ts'
import { bringSamples, createToken, publish, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { listedFile } from './signed-files.ts'
import { type Subject, send } from './subject.ts'
import { deliver } from './webhooks.ts'

// What the server says about itself is held against what it answers, by a validator that knows JSON Schema and nothing
// of our own schemas.

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, { readonly operationId: string; readonly responses: object }>>
}

const WEBHOOK_SECRET = 'a secret of this test'
const ID = 'https://example.com/openapi.json'
let subject: Subject
let samples: Samples
let provider: TestIdentityProvider
let audience: string
let document: Document
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
const wrong: string[] = []
const answered = new Set<string>()

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'rbee-openapi-'))
  const operatorToken = `rbee_op_${randomBytes(32).toString('base64url')}`
  const log = { info: () => {}, error: console.error }
  provider = await startIdentityProvider()
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    operatorToken,
    githubWebhookSecret: WEBHOOK_SECRET,
    oidcIssuers: [provider.issuer],
    log,
    clock: Date.now,
    randomBytes,
  })
  audience = server.url
  document = (await (await fetch(`${server.url}/v1/openapi.json`)).json()) as Document
  ajv.addSchema(document, ID)
  subject = {
    operatorToken,
    webhookSecret: WEBHOOK_SECRET,
    queries: () => 0,
    async fetch(path, init) {
      const response = await fetch(server.url + path, { redirect: 'manual', ...init })
      await judge(init?.method ?? 'GET', path, response.clone())
      return response
    },
    async close() {
      await server.close()
      await provider.close()
      await rm(dataDir, { recursive: true })
    },
  }
  samples = await bringSamples(subject)
})
afterAll(() => subject.close())

/** Notes where an answer is not as the document says. */
async function judge(method: string, path: string, response: Response): Promise<void> {
  const pathname = path.replace(/\?.*$/, '')
  const template = Object.keys(document.paths)
    .filter((one) => new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(pathname))
    // Of several, the one with the fewest parameters is the one that the router takes.
    .toSorted((a, b) => a.split('{').length - b.split('{').length)[0]
  const place = `${method} ${template ?? pathname} ${response.status}`
  const operation = template && document.paths[template]?.[method.toLowerCase()]
  if (!template || !operation) return void wrong.push(`${place}: not documented`)
  answered.add(operation.operationId)
  if (!Object.hasOwn(operation.responses, String(response.status))) {
    return void wrong.push(`${place}: status not documented`)
  }
  const type = response.headers.get('content-type')?.replace(/;.*$/, '')
  const text = await response.text()
  if (!type?.endsWith('json')) return
  const pointer = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    String(response.status),
    'content',
    type,
  ]
  const reference = pointer.map((part) =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
  )
  const validate = ajv.compile({ $ref: `${ID}#/${reference.join('/')}/schema` })
  if (!validate(JSON.parse(text))) wrong.push(`${place}: ${ajv.errorsText(validate.errors)}`)
}

it('is an OpenAPI 3.1 document whose operations have names of their own', () => {
  expect(document.openapi).toMatch(/^3\.1\./)
  const names = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  )
  expect(new Set(names).size).toBe(names.length)
})

it('describes every answer, good and bad', async () => {
  const { fetch } = subject
  const release = '/v1/workers/echo-worker/1.0.0'
  for (const path of [
    '/health',
    '/ready',
    '/metrics',
    '/workers',
    '/workers/llm-worker-cuda',
    '/workers/nobody',
    '/workers/UPPER',
    '/workers/source-worker/PKGBUILD',
    '/workers/llm-worker/PKGBUILD',
    '/workers/llm-worker/clone-url',
    '/workers/echo-worker/clone-url',
    '/v1/workers',
    '/v1/workers?limit=1',
    '/v1/workers?limit=0',
    '/v1/workers?cursor=-',
    '/v1/workers/llm-worker',
    '/v1/workers/source-worker',
    '/v1/workers/echo-worker',
    '/v1/workers/nobody',
    '/v1/workers/UPPER',
    '/v1/workers/llm-worker/versions',
    '/v1/workers/llm-worker/readme',
    '/v1/workers/source-worker/readme',
    '/v1/workers/llm-worker/changelog',
    '/v1/workers/echo-worker/changelog',
    '/v1/workers/source-worker/checks',
    '/v1/workers/echo-worker/checks',
    '/v1/workers/llm-worker/dependents',
    '/v1/workers/llm-worker/dependents?cursor=nonsense',
    '/v1/workers/echo-worker/1.0.0/files/linux-x86_64/cpu',
    '/v1/workers/echo-worker/1.0.0/files/macos-aarch64/cpu',
    '/v1/workers/source-worker/pkgbuild',
    '/v1/workers/llm-worker/pkgbuild',
    '/v1/workers/echo-worker/pkgbuild?build=prod',
    '/v1/workers/echo-worker/pkgbuild?build=test',
    '/v1/workers/echo-worker/srcinfo',
    '/v1/workers/source-worker/srcinfo',
    '/v1/workers/echo-worker/formula',
    '/workers/echo-worker/PKGBUILD/arch/prod',
    '/workers/echo-worker/PKGBUILD/arch/dev',
    '/workers/echo-worker/PKGBUILD/debian/prod',
    '/pkgbuilds/arch/echo-worker-bin.PKGBUILD',
    '/pkgbuilds/arch/echo-worker-git.PKGBUILD',
    '/pkgbuilds/homebrew/echo-worker-bin.rb',
    '/pkgbuilds/homebrew/echo-worker.rb',
    '/v1/workers/source-worker/clone-url',
    '/v1/workers/echo-worker/clone-url',
    '/v1/workers/llm-worker-cuda/stats',
    '/v1/workers/nobody/stats',
    '/v1/stats/overview',
    release,
    '/v1/workers/echo-worker/latest',
    '/v1/workers/echo-worker/9.9.9',
    '/v1/workers/echo-worker/v1',
    `${release}/download?platform=linux-x86_64`,
    `${release}/download?platform=linux-x86_64&format=tar.zst`,
    `${release}/download?platform=beos-x86_64`,
    `${release}/download?platform=linux`,
    `${release}/download?platform=linux-x86_64&format=zip`,
    '/v1/workers/llm-worker/0.2.0/download?platform=linux-x86_64',
    `/v1/blobs/sha256/${samples.gzip.sha256}`,
    `/v1/blobs/sha256/${'0'.repeat(64)}`,
    '/v1/blobs/sha256/x',
    '/v1/catalog/status',
    '/v1/programs',
    '/install.sh',
    '/v1/tuf/timestamp.json',
    '/v1/tuf/1.root.json',
    '/v1/tuf/9.root.json',
    '/v1/tuf/worker.json',
    `/v1/tuf/targets/${'0'.repeat(64)}.revocations.json`,
    `/v1/tuf/targets/workers/${'0'.repeat(64)}.llm-worker.json`,
    (await listedFile(subject, 'workers/llm-worker.json'))?.address ?? '',
    (await listedFile(subject, 'revocations.json'))?.address ?? '',
  ]) {
    await fetch(path)
  }
  await fetch(`${release}/download?platform=linux-x86_64`, {
    headers: { accept: 'application/octet-stream' },
  })
  for (const range of ['bytes=0-1', 'bytes=999999999-']) {
    await fetch(`/v1/blobs/sha256/${samples.gzip.sha256}`, { headers: { range } })
  }
  const { etag = '' } = Object.fromEntries((await fetch('/v1/workers')).headers)
  await fetch('/v1/workers', { headers: { 'if-none-match': etag } })
  expect(wrong).toEqual([])
})

it('describes every answer about pictures, good and bad', async () => {
  const picture = pngPicture(2, 1)
  const sha256 = await sha256Hex(picture)
  const publishing = { token: samples.publishToken }
  for (const options of [{}, {}, publishing, { sha256: 'f'.repeat(64) }, { sha256: 'F' }]) {
    await putPicture(subject, picture, options)
  }
  await putPicture(subject, new Uint8Array(2 ** 20 + 1))
  await putPicture(subject, new Uint8Array(1))
  const address = `/v1/images/${sha256}`
  const { etag = '' } = Object.fromEntries((await subject.fetch(address)).headers)
  await subject.fetch(address, { headers: { 'if-none-match': etag } })
  await subject.fetch(address, { headers: { 'if-match': '"other"' } })
  await subject.fetch(`/v1/images/${'0'.repeat(64)}`)
  await subject.fetch('/v1/images/0')
  expect(wrong).toEqual([])
})

it('describes every answer about keys and provenance, good and bad', async () => {
  const id = aWorkerId('keyed-worker')
  const { operatorToken: token } = subject
  const packed = await packedArchive({ 'bin/keyed-worker': 'one' })
  await sendArchive(subject, token, packed)
  const release = releaseOf(id, [artifactOf([packed])])
  await publish(subject, token, release)
  const key = aPublisherSigner()
  const binding = aKeyChange(id, [], 'bound', key)
  const path = `/v1/workers/${id}`
  const signed = withProvenance(release, key)
  await subject.fetch(`${path}/keys`)
  for (const [method, address, options] of [
    ['POST', `${path}/keys`, { token, json: {} }],
    ['POST', `${path}/keys`, { json: binding }],
    ['POST', `${path}/keys/reset`, { token, json: { reason: 'lost' } }],
    ['POST', `${path}/keys`, { token, json: { ...binding, reason: 'another' } }],
    ['POST', `${path}/keys`, { token, json: binding }],
    ['POST', '/v1/workers/nobody/keys', { token, json: binding }],
    ['PUT', `${path}/1.0.0`, { token, json: signed }],
    ['PUT', `${path}/1.1.0`, { token, json: { ...release, version: '1.1.0' } }],
    ['POST', `${path}/keys/reset`, { token, json: { reason: 'lost', key: aPublisherSigner(2).key } }],
  ] as const) {
    await send(subject, method, address, options)
  }
  await subject.fetch(`${path}/keys`)
  await subject.fetch('/v1/workers/nobody/keys')
  for (const artifact of ['linux-x86_64/cpu', 'linux-aarch64/cpu', 'linux/cpu', 'linux-x86_64/CPU']) {
    await subject.fetch(`${path}/1.0.0/provenance/${artifact}`)
  }
  expect(wrong).toEqual([])
})

it('describes every answer about trusted publishers, good and bad', async () => {
  const { operatorToken: token } = subject
  const stranger = await createToken(subject, { scope: 'publish' })
  const path = '/v1/workers/trusted-worker'
  const publishers = `${path}/trusted-publishers`
  const workflow = { repository: 'acme/echo', workflow: 'publish.yml' }
  const exchange = { token: provider.token(audience), worker: 'trusted-worker' }
  for (const [method, address, options] of [
    ['POST', '/v1/oidc/token', { json: {} }],
    ['POST', '/v1/oidc/token', { json: exchange }],
    ['GET', publishers, { token }],
    ['POST', publishers, { token: stranger, json: workflow }],
    ['POST', publishers, { token, json: workflow }],
    ['POST', publishers, { token, json: { ...workflow, repository_owner_id: '77' } }],
    ['POST', publishers, { token, json: { ...workflow, repository_owner_id: '77' } }],
    [
      'POST',
      publishers,
      { token, json: { ...workflow, repository_owner_id: '77', issuer: 'https://x.example' } },
    ],
    ['GET', publishers, { token }],
    ['GET', publishers, { token: stranger }],
    ['PUT', `${path}/tokens-refused`, { token, json: { tokens_refused: true } }],
    ['PUT', `${path}/tokens-refused`, { token, json: {} }],
    ['POST', '/v1/oidc/token', { json: exchange }],
    ['POST', '/v1/oidc/token', { json: exchange }],
    ['POST', '/v1/oidc/token', { json: { ...exchange, token: provider.token('elsewhere') } }],
    ['POST', '/v1/oidc/token', { json: { ...exchange, token: 'x' } }],
    ['DELETE', `${publishers}/0`, { token }],
  ] as const) {
    await send(subject, method, address, options)
  }
  const listing = await send(subject, 'GET', publishers, { token })
  const [added] = trustedPublishersSchema.parse(await listing.json()).publishers
  await send(subject, 'DELETE', `${publishers}/${added?.id}`, { token })
  expect(wrong).toEqual([])
})

it('describes every answer to a change, good and bad', async () => {
  const token = await createToken(subject, { scope: 'publish' })
  const packed = await packedArchive({ 'bin/described-worker': 'one' })
  const other = await packedArchive({ 'bin/described-worker': 'two' })
  for (const archive of [packed, other]) await sendArchive(subject, token, archive)
  await publish(subject, token, releaseOf('described-worker', [artifactOf([packed])]))
  const path = '/v1/workers/described-worker/1.0.0'
  await send(subject, 'PUT', path, { token, json: releaseOf('described-worker', [artifactOf([packed])]) })
  await send(subject, 'PUT', path, { token, json: releaseOf('described-worker', [artifactOf([other])]) })
  const declaration = {
    format: 'tar.gz',
    sha256: 'a'.repeat(64),
    size: 5,
    digest: `sha256:${'b'.repeat(64)}`,
  }
  const hive = await packedArchive({ 'bin/rbee-hive': 'hive' })
  await sendArchive(subject, subject.operatorToken, hive)
  const programs = { version: '0.9.0', builds: [{ platform: 'any', sha256: hive.sha256 }] }
  const open = await send(subject, 'POST', '/v1/uploads', { token, json: declaration })
  const { upload_id } = (await open.json()) as { upload_id: string }
  const upload = `/v1/uploads/${upload_id}`
  const why = { reason: 'it harms who runs it' }
  const gift = { kind: 'transfer', to: 'operator', ...why }
  for (const [method, address, options] of [
    ['PUT', '/v1/tuf/root', {}],
    ['PUT', '/v1/tuf/root', { token: subject.operatorToken, json: {} }],
    ['PUT', '/v1/tuf/root', { token: subject.operatorToken, json: { roots: ['{}'], targets: '{}' } }],
    ['PUT', path, { json: {} }],
    ['PUT', path, { token, json: {} }],
    ['PUT', path, { token }],
    ['PUT', '/v1/workers/cpu/1.0.0', { token, json: {} }],
    ['POST', '/v1/uploads', { token, json: { ...declaration, size: 1e15 } }],
    ['POST', '/v1/uploads', { token, json: [] }],
    ['GET', upload, { token }],
    ['GET', '/v1/uploads/x', { token }],
    ['PUT', `${upload}/parts/1`, { token, json: 'longer than 5' }],
    ['PUT', `${upload}/parts/0`, { token, json: '' }],
    ['PUT', `${upload}/parts/1`, { token, json: 'abc' }],
    ['POST', `${upload}/complete`, { token }],
    ['DELETE', upload, { token }],
    ['DELETE', upload, { token }],
    ['GET', '/v1/tokens/current', {}],
    ['GET', '/v1/tokens/current', { token }],
    ['POST', '/v1/tokens', { token, json: { scope: 'publish' } }],
    ['POST', '/v1/tokens', { token: subject.operatorToken, json: {} }],
    ['DELETE', '/v1/tokens/x', { token }],
    ['POST', '/v1/catalog/syncs', { token, json: { catalog: 'c', commit: null, entries: [] } }],
    ['POST', '/v1/catalog/syncs', { token: subject.operatorToken, json: {} }],
    ['DELETE', '/v1/catalog/syncs?catalog=nothing', { token: subject.operatorToken }],
    ['PUT', '/v1/catalog/syncs/x/entries', { token: subject.operatorToken, json: { entries: [1] } }],
    ['POST', '/v1/catalog/syncs/x/finish', { token: subject.operatorToken, json: { findings: [] } }],
    ['POST', '/v1/catalog/sync', { token }],
    ['POST', '/v1/catalog/sync', { token: subject.operatorToken }],
    ['POST', '/v1/catalog/sync?wait=x', { token: subject.operatorToken }],
    ['POST', '/v1/webhooks/github', { json: {} }],
    ['PUT', '/v1/programs', { token, json: {} }],
    ['PUT', '/v1/programs', { token: subject.operatorToken, json: {} }],
    ['PUT', '/v1/programs', { token: subject.operatorToken, json: programs }],
    ['GET', '/v1/programs', {}],
    ['GET', '/install.sh', {}],
    ['POST', `${path}/yank`, { token, json: {} }],
    ['POST', `${path}/yank`, { token, json: why }],
    ['POST', `${path}/unyank`, { token, json: why }],
    ['POST', `${path}/quarantine`, { token, json: why }],
    ['POST', `${path}/quarantine`, { token: subject.operatorToken, json: why }],
    ['GET', `/v1/blobs/sha256/${packed.sha256}`, {}],
    ['GET', `${path}/download?platform=linux-x86_64`, {}],
    ['GET', '/v1/revocations', {}],
    ['POST', `${path}/release`, { token: subject.operatorToken, json: why }],
    ['POST', `${path}/security-fix`, { token: subject.operatorToken, json: why }],
    ['POST', '/v1/workers/described-worker/deprecate', { token, json: why }],
    ['POST', '/v1/workers/described-worker/undeprecate', { token, json: why }],
    ['POST', '/v1/workers/nobody/deprecate', { token, json: why }],
    ['POST', '/v1/workers/described-worker/orphan', { token, json: why }],
    ['POST', '/v1/workers/described-worker/transfers', { token, json: why }],
    ['POST', '/v1/workers/described-worker/transfers', { token, json: gift }],
    ['POST', '/v1/workers/described-worker/transfers', { token, json: gift }],
    ['POST', '/v1/workers/described-worker/transfers', { token, json: { ...gift, to: 'nobody' } }],
    ['GET', '/v1/workers/described-worker/transfers', { token }],
    ['GET', '/v1/transfers', { token }],
    ['GET', '/v1/transfers?status=asked', { token: subject.operatorToken }],
    ['GET', '/v1/transfers/x', { token }],
    ['POST', '/v1/transfers/x/approve', { token: subject.operatorToken, json: why }],
    ['POST', '/v1/transfers/x/refuse', { token: subject.operatorToken, json: why }],
    ['POST', '/v1/transfers/x/cancel', { token, json: why }],
    ['POST', '/v1/transfers/x/object', { json: { code: 'x', ...why } }],
    ['GET', `${path}/rebuilds`, {}],
    ['POST', `${path}/rebuilds`, { token, json: {} }],
    ['PUT', `${path}/patches/linux-x86_64/cpu/${'0'.repeat(64)}`, { token }],
    ['PUT', `${path}/patches/linux-x86_64/cpu/0`, { token }],
    ['PUT', `${path}/patches/linux-x86_64/cpu/${'0'.repeat(64)}`, {}],
    ['POST', '/v1/rebuilders/strikes', { token, json: {} }],
    ['POST', '/v1/rebuilders/strikes', { token: subject.operatorToken, json: {} }],
    ['GET', '/v1/tokens/current/contact', { token }],
    ['PUT', '/v1/tokens/current/contact', { token, json: { mail: 'ada@example.com' } }],
    ['PUT', '/v1/tokens/current/contact', { token, json: { mail: 'nobody' } }],
    ['GET', '/v1/workers/described-worker/events', { token }],
    ['GET', '/v1/workers/described-worker/log', {}],
    ['GET', `${path}/log`, {}],
    ['GET', '/v1/log/checkpoint', {}],
    ['GET', '/v1/log/key', {}],
  ] as const) {
    await send(subject, method, address, options)
  }
  for (const [event, body] of [
    ['ping', '{}'],
    ['push', '{}'],
    ['push', '{"ref":"refs/heads/main","repository":{}}'],
  ] as const) {
    await deliver(subject, event, body)
  }
  expect(wrong).toEqual([])
})

it('describes every answer about licences, good and bad', async () => {
  const { operatorToken: token } = subject
  const packed = await packedArchive({ 'bin/sold-worker': 'one' })
  await sendArchive(subject, token, packed)
  const release = releaseOf('sold-worker', [artifactOf([packed])])
  const manifest = { ...release.manifest, pricing: { model: 'one-time' as const, price_usd: 5 } }
  await publish(subject, token, { ...release, manifest })
  const input = { customer: 'ACME', workers: ['sold-worker'], expires_in_seconds: 60, seats: 1 }
  const MACHINE = 'a'.repeat(64)
  const issued = await send(subject, 'POST', '/v1/licenses', { token, json: input })
  const { token: licence, license } = licenseAnswerSchema.parse(await issued.json())
  const path = `/v1/licenses/${license.id}`
  for (const [method, address, options] of [
    ['POST', '/v1/licenses', { token, json: { ...input, workers: ['nobody'] } }],
    ['POST', '/v1/licenses', { token, json: {} }],
    ['POST', '/v1/licenses', { json: input }],
    ['GET', '/v1/licenses?limit=1', { token }],
    ['GET', '/v1/licenses?limit=0', { token }],
    ['GET', '/v1/licenses?cursor=x', { token }],
    ['GET', '/v1/licenses/key', {}],
    ['POST', '/v1/licenses/verify', { json: { token: licence } }],
    ['POST', '/v1/licenses/verify', { json: { token: 'rbee_lic_x' } }],
    ['POST', '/v1/licenses/verify', { json: {} }],
    ...['activate', 'heartbeat', 'release', 'heartbeat'].flatMap((verb) => [
      ['POST', `/v1/licenses/${verb}`, { json: { token: licence, fingerprint: MACHINE } }] as const,
      ['POST', `/v1/licenses/${verb}`, { json: { token: 'rbee_lic_x', fingerprint: MACHINE } }] as const,
      ['POST', `/v1/licenses/${verb}`, { json: {} }] as const,
    ]),
    ['POST', '/v1/licenses/activate', { json: { token: licence, fingerprint: MACHINE } }],
    ['POST', '/v1/licenses/activate', { json: { token: licence, fingerprint: 'b'.repeat(64) } }],
    ['GET', `${path}/seats?limit=1`, { token }],
    ['GET', `${path}/seats?cursor=x`, { token }],
    ['GET', '/v1/licenses/nobody/seats', { token }],
    ['DELETE', `${path}/seats/${MACHINE}`, { token }],
    ['DELETE', `${path}/seats/${MACHINE}`, { token }],
    ['GET', path, { token }],
    ['GET', '/v1/licenses/nobody', { token }],
    ['POST', `${path}/extend`, { token, json: { expires_in_seconds: 120 } }],
    ['POST', `${path}/extend`, { token, json: {} }],
    ['POST', `${path}/revoke`, { token, json: { reason: 'refunded' } }],
    ['POST', '/v1/licenses/nobody/revoke', { token, json: { reason: 'refunded' } }],
    ['POST', `${path}/extend`, { token, json: { expires_in_seconds: 120 } }],
    ['POST', '/v1/licenses/verify', { json: { token: licence } }],
    ['GET', '/v1/workers/sold-worker/1.0.0/download?platform=linux-x86_64&format=tar.zst', {}],
    [
      'GET',
      '/v1/workers/sold-worker/1.0.0/download?platform=linux-x86_64&format=tar.zst',
      { token: licence },
    ],
    ['GET', `/v1/blobs/sha256/${packed.sha256}`, {}],
    ['GET', `/v1/blobs/sha256/${packed.sha256}`, { token: licence }],
  ] as const) {
    await send(subject, method, address, options)
  }
  expect(wrong).toEqual([])
})

it('describes every answer of search, good and bad', async () => {
  for (const path of [
    '/v1/search?q=worker&explain=1&limit=1',
    '/v1/search?q=wroker',
    '/v1/search?platform=beos',
    '/v1/search?sort=best',
    '/v1/search?cursor=x',
    `/v1/search?q=${'a'.repeat(1001)}`,
    '/v1/workers?q=worker&sort=name',
    '/v1/workers?tag=A',
    '/v1/tags',
    '/v1/suggest?q=w',
    '/v1/suggest?limit=99',
    '/v1/publishers/official',
    '/v1/publishers/nobody',
    '/v1/publishers/No',
  ]) {
    await subject.fetch(path)
  }
  const host_profile = { os: 'linux', arch: 'x86_64', cpu: {}, gpus: [] }
  for (const json of [{}, { q: 'worker', host_profile, fits: 'only' }, { fits: 'maybe' }, { cursor: 'x' }]) {
    await send(subject, 'POST', '/v1/search', { json })
  }
  expect(wrong).toEqual([])
})

it('was held against an answer of every operation', () => {
  const documented = Object.values(document.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  )
  expect(documented.filter((operation) => !answered.has(operation))).toEqual([])
})
