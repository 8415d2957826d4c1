import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { RbeeError, workerIdSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BytesAnswer, fetchBytes } from '../../registry/fetch-bytes.ts'
import { bytesThroughMirror } from '../../registry/mirrors.ts'
import { hiveHome } from '../home.ts'
import { keepLicense } from './kept-licenses.ts'
import { licensedBytes } from './licensed-bytes.ts'

const BLOB = `/v1/blobs/sha256/${'a'.repeat(64)}`
const signer = licenseSignerOf(newLicenseKey(new Uint8Array(32).fill(1)), 'the test')
const PROBLEM = {
  ...{ type: '/docs/errors#license_required', title: 'A licence is needed', status: 403 },
  ...{
    detail: 'paid-worker 1.0.0 is for who has a licence',
    code: 'license_required',
    worker: 'paid-worker',
  },
  error: 'paid-worker 1.0.0 is for who has a licence',
}

/** What a server was asked with, and how it answers. */
interface Stub {
  readonly url: string
  readonly asked: IncomingHttpHeaders[]
  answer: (headers: IncomingHttpHeaders) => { status: number; location?: string; text?: string }
}

let folder: string
const servers: Server[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-licensed-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  await rm(folder, { recursive: true })
})

/** Hands bytes to who sends a licence. */
async function stub(): Promise<Stub> {
  const asked: IncomingHttpHeaders[] = []
  const server = createServer(({ headers }, response) => {
    asked.push(headers)
    const { status, location, text } = one.answer(headers)
    response.writeHead(status, location === undefined ? {} : { location })
    response.end(text ?? (status === 403 ? JSON.stringify(PROBLEM) : 'bytes'))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const one: Stub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: ({ authorization }) => ({ status: authorization === undefined ? 403 : 200 }),
  }
  return one
}

const tokenFor = (worker: string, digit: string) =>
  signer.issue({
    ...{ jti: digit.repeat(24), sub: 'ACME', workers: [workerIdSchema.parse(worker)], entitlements: [] },
    ...{ seats: null, iat: 1 },
  })
const home = () => hiveHome(folder, '/')
const init = { headers: { accept: '*/*' }, signal: new AbortController().signal }
const read = async ({ body }: BytesAnswer) => {
  for await (const _ of body ?? []);
}

describe('archives that are sold', () => {
  it('are asked for once more with the licence of their worker, which opens them from then on', async () => {
    const registry = await stub()
    await keepLicense(home(), registry.url, await tokenFor('other-worker', '1'))
    const token = await tokenFor('paid-worker', '2')
    await keepLicense(home(), registry.url, token)
    const ask = licensedBytes(fetchBytes, registry.url, home(), { env: {}, cwd: '/' })
    for (const _ of [1, 2]) {
      const answer = await ask(new URL(registry.url + BLOB), init)
      expect(answer.status).toBe(200)
      await read(answer)
    }
    const bearer = `Bearer ${token}`
    expect(registry.asked.map(({ authorization }) => authorization)).toEqual([undefined, bearer, bearer])
  })

  it('are refused without one, with what the registry says', async () => {
    const registry = await stub()
    await keepLicense(home(), 'https://other.example', await tokenFor('paid-worker', '1'))
    const ask = licensedBytes(fetchBytes, registry.url, home(), { env: {}, cwd: '/' })
    const refused = ask(new URL(registry.url + BLOB), init)
    await expect(refused).rejects.toMatchObject({ code: 'license_required' })
    await expect(refused).rejects.toBeInstanceOf(RbeeError)
    expect(registry.asked).toHaveLength(1)
  })

  it('are asked for again where a store refuses the link that the registry gave, whose address no message holds', async () => {
    const [registry, store] = [await stub(), await stub()]
    const env = { RBEE_LICENSE_TOKEN: await tokenFor('paid-worker', '4') }
    const link = `${store.url}/archive?X-Amz-Signature=secret`
    registry.answer = ({ authorization }) =>
      authorization === undefined ? { status: 403 } : { status: 302, location: link }
    store.answer = () => ({ status: 403, text: '<Error><Code>AccessDenied</Code></Error>' })
    const ask = licensedBytes(fetchBytes, registry.url, home(), { env, cwd: '/' })
    const refused = ask(new URL(registry.url + BLOB), init)
    await expect(refused).rejects.toThrow(/^the store that the registry leads to .* \(AccessDenied\)$/)
    // Which would be final.
    await expect(refused).rejects.not.toBeInstanceOf(RbeeError)
    expect(store.asked[0]?.authorization).toBeUndefined()
  })

  it('take no licence anywhere else: to other addresses, redirects and mirrors', async () => {
    const [registry, stranger] = [await stub(), await stub()]
    const env = { RBEE_LICENSE_TOKEN: await tokenFor('paid-worker', '3') }
    stranger.answer = () => ({ status: 200 })
    registry.answer = ({ authorization }) =>
      authorization === undefined ? { status: 403 } : { status: 302, location: stranger.url + BLOB }
    const ask = licensedBytes(fetchBytes, registry.url, home(), { env, cwd: '/' })
    await read(await ask(new URL(registry.url + BLOB), init))
    expect(registry.asked.at(-1)?.authorization).toBe(`Bearer ${env.RBEE_LICENSE_TOKEN}`)

    stranger.answer = () => ({ status: 403 })
    expect((await ask(new URL(stranger.url + BLOB), init)).status).toBe(403)
    const throughMirror = bytesThroughMirror(fetchBytes, registry.url, stranger.url)
    const mirrored = licensedBytes(throughMirror, registry.url, home(), { env, cwd: '/' })
    await expect(mirrored(new URL(registry.url + BLOB), init)).rejects.toMatchObject({
      code: 'license_required',
    })
    expect(stranger.asked.length).toBeGreaterThan(2)
    for (const { authorization } of stranger.asked) expect(authorization).toBeUndefined()
  })
})
