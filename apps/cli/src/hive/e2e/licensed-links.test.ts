import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { downloadSchema, type LicenseAnswer, workerIdSchema } from '@rbee/schema'
import { anOperator } from '@rbee/testing'
import { type S3Fault, type S3Server, startS3Server } from '@rbee/testing/s3'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOST_ARCH, HOST_OS, program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

const ID = 'paid-worker'
const WORKER = workerIdSchema.parse(ID)
const PRICING = {
  model: 'one-time',
  price_usd: 99,
  purchase_url: 'https://shop.example/paid-worker',
} as const

/** What store and server take for the time. */
let now = Date.now()
/** By how much the store is ahead of the server, in milliseconds. */
let ahead = 0
let faults: S3Fault[] = []
let store: S3Server
let catalog: TestCatalog
let machine: Machine
let bought: LicenseAnswer
/** Paths that the server was asked for, with the status of its answer. */
const answered: string[] = []

beforeAll(async () => {
  store = await startS3Server({
    clock: () => now + ahead,
    fault(method, key, query) {
      if (method !== 'GET' || !key.startsWith('archives/') || !query.has('X-Amz-Signature')) return null
      const fault = faults.shift() ?? null
      // What was linked to before is over by the next attempt.
      if (fault !== null) now += 301_000
      return fault
    },
  })
  const { accessKeyId, secretAccessKey, region } = store.key
  catalog = await startCatalog(() => now, {
    blobs: {
      kind: 'bucket',
      bucket: {
        ...{ bucket: store.bucketName, prefix: '', endpoint: store.endpoint, region, pathStyle: true },
        credentials: { accessKeyId, secretAccessKey },
      },
    },
    onAnswered: ({ path, status }) => answered.push(`${path} ${status}`),
  })
  await catalog.publish({
    id: ID,
    variants: { cpu: program(ID, 'exit 0', { 'data.bin': new Uint8Array(randomBytes(200_000)) }) },
    manifest: { license: 'Proprietary', pricing: PRICING },
  })
  const input = { customer: 'ACME', workers: [WORKER], entitlements: [], trial: false, floating: false }
  bought = await catalog.registry.issueLicense(anOperator(), input)
})
afterAll(async () => {
  await catalog[Symbol.asyncDispose]()
  await store.close()
})
beforeEach(async () => {
  ahead = 0
  machine = await aMachine(catalog.url)
  await machine.trust()
  answered.splice(0)
})
afterEach(() => machine[Symbol.asyncDispose]())

const bearer = () => ({ authorization: `Bearer ${bought.token}` })
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(catalog.url + path, { method, headers, redirect: 'manual' })
const DOWNLOAD = `/v1/workers/${ID}/0.1.0/download?platform=${HOST_OS}-${HOST_ARCH}`

async function download() {
  const answer = await ask(DOWNLOAD, bearer())
  expect(answer.status).toBe(200)
  return downloadSchema.parse(await answer.json())
}

describe('archives that are sold and lie in a bucket', () => {
  it('are fetched at a link of the store that a licence gets, and that holds nothing of it', async () => {
    expect((await ask(DOWNLOAD)).status).toBe(403)
    const { download_url, expires_in, checksum, size } = await download()
    expect(expires_in).toBe(3600)
    const link = new URL(download_url)
    expect(link.origin).toBe(store.endpoint.origin)
    expect(link.searchParams.get('X-Amz-Expires')).toBe('3600')
    expect(download_url).not.toContain('rbee_lic_')
    const whole = await fetch(link)
    expect([whole.status, whole.headers.get('content-disposition')]).toEqual([
      200,
      `attachment; filename="${ID}-0.1.0-${HOST_OS}-${HOST_ARCH}-cpu.tar.gz"`,
    ])
    const bytes = new Uint8Array(await whole.arrayBuffer())
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex')
    expect([`sha256:${digest}`, bytes.length]).toEqual([checksum, size])
    const part = await fetch(link, { headers: { range: 'bytes=5-' } })
    expect([part.status, part.headers.get('content-length')]).toEqual([206, String(size - 5)])
    await part.arrayBuffer()
    const octets = await ask(DOWNLOAD, { ...bearer(), accept: 'application/octet-stream' })
    expect([octets.status, octets.headers.get('location')?.startsWith(store.endpoint.href)]).toEqual([
      302,
      true,
    ])
    ahead = 3_600_000
    expect((await fetch(link)).status).toBe(403)
  })

  it('are refused at their plain address without a licence, and led to the store with one', async () => {
    const { checksum, size } = await download()
    const plain = `/v1/blobs/sha256/${checksum.slice('sha256:'.length)}`
    expect((await ask(plain)).status).toBe(403)
    expect((await ask(plain, { authorization: 'Bearer rbee_lic_junk' })).status).toBe(403)
    const head = await ask(plain, bearer(), 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)])
    const led = await ask(plain, { ...bearer(), range: 'bytes=2-3' })
    expect([led.status, led.headers.get('cache-control')]).toEqual([302, 'private, no-store'])
    const part = await fetch(led.headers.get('location') ?? '', { headers: { range: 'bytes=2-3' } })
    expect([part.status, part.headers.get('cache-control')]).toEqual([206, 'private, no-store'])
    await part.arrayBuffer()
    expect((await ask(plain, { ...bearer(), range: `bytes=${size}-` })).status).toBe(416)
    // As package managers do; the store refuses a request that carries a licence beside its link.
    const header = `Authorization: Bearer ${bought.token}`
    const fetched = await promisify(execFile)('curl', ['-qfL', '-H', header, catalog.url + plain], {
      encoding: 'buffer',
    })
    expect(fetched.stdout.length).toBe(size)
  })

  it('are installed from the store, which is sent no licence, and with a new link where one is over', async () => {
    // Half of the answer, and then a store that says what it says of links that are over.
    faults = ['cut', { code: 'AccessDenied', status: 403 }]
    const installed = await machine.start('rbee-hive', ['install', ID], { RBEE_LICENSE_TOKEN: bought.token })
      .finished
    expect(installed.code, installed.stderr).toBe(0)
    expect(faults).toEqual([])
    expect(await machine.active(ID)).toBe('0.1.0 cpu')
    const led = answered.filter((line) => line.startsWith('/v1/blobs/') && line.endsWith(' 302'))
    expect(led).toHaveLength(3)
    expect(answered.filter((line) => line.startsWith('/v1/blobs/') && line.endsWith(' 200'))).toEqual([])
  })
})
