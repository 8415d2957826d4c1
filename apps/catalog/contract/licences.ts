import {
  downloadSchema,
  issuedLicenseSchema,
  type LicenseAnswer,
  licenseAnswerSchema,
  licenseListSchema,
  licenseVerdictSchema,
  type Pricing,
  type ReleaseInput,
  releaseDocumentSchema,
} from '@rbee/schema'
import { aManifest, aReleaseInput, artifactOf, type PackedArchive, packedArchive } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, publish, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

const PURCHASE = 'https://shop.example/paid-worker'
const PRICING: Pricing = {
  model: 'subscription',
  price_usd: 49,
  interval: 'month',
  trial_days: 14,
  purchase_url: PURCHASE,
}

type Packed = [zstd: PackedArchive, gzip: PackedArchive]

export function licences(subject: Opened, samples: () => Samples): void {
  const releaseOf = (id: string, archives: Packed, pricing?: Pricing, version = '1.0.0') => {
    const manifest = aManifest({ id, license: 'Proprietary', ...(pricing && { pricing }) })
    return aReleaseInput({ manifest, version, artifacts: [artifactOf(archives)] })
  }
  const packed = async (id: string): Promise<Packed> => {
    const files = { [`bin/${id}`]: id }
    const archives: Packed = [await packedArchive(files, 'tar.zst'), await packedArchive(files, 'tar.gz')]
    for (const archive of archives) await sendArchive(subject(), samples().publishToken, archive)
    return archives
  }
  const bring = async (id: string) => {
    const archives = await packed(id)
    await publish(subject(), samples().publishToken, releaseOf(id, archives, PRICING))
    return archives
  }
  const operator = (method: string, path: string, json?: unknown) =>
    send(subject(), method, path, { token: subject().operatorToken, json })
  const issue = async (worker: string, more: object = {}): Promise<LicenseAnswer> => {
    const json = { customer: 'ACME GmbH', workers: [worker], ...more }
    return expectJson(await operator('POST', '/v1/licenses', json), 201, licenseAnswerSchema)
  }
  const verify = (token: unknown) => send(subject(), 'POST', '/v1/licenses/verify', { json: { token } })
  const verdict = async (token: string) => expectJson(await verify(token), 200, licenseVerdictSchema)
  const addressOf = (id: string) => `/v1/workers/${id}/1.0.0/download?platform=linux-x86_64`
  const download = (id: string, token?: string, headers: Record<string, string> = {}) =>
    subject().fetch(addressOf(id), {
      headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      redirect: 'manual',
    })
  const blob = ({ sha256 }: PackedArchive, init: RequestInit = {}) =>
    subject().fetch(`/v1/blobs/sha256/${sha256}`, init)
  /** The path of an address of this server, as it is asked for. */
  const pathOf = (address: string) => {
    const { pathname, search } = new URL(address)
    return pathname + search
  }

  describe('a premium worker', () => {
    it('is listed with its price, and its bytes are refused in every form', async () => {
      const [zstd, gzip] = await bring('paid-shelf')
      const release = await expectJson(
        await subject().fetch('/v1/workers/paid-shelf/1.0.0'),
        200,
        releaseDocumentSchema,
      )
      expect(release).toMatchObject({ distribution: { requires_license: true }, pricing: PRICING })
      const problem = await expectProblem(await download('paid-shelf'), 403, 'license_required')
      expect(problem).toMatchObject({ purchase_url: PURCHASE, error: problem.detail })
      const octets = await download('paid-shelf', undefined, { accept: 'application/octet-stream' })
      await expectProblem(octets, 403, 'license_required')
      for (const archive of [zstd, gzip]) {
        await expectProblem(await blob(archive), 403, 'license_required')
        for (const headers of [
          { range: 'bytes=0-9' },
          { 'if-none-match': `"${archive.sha256}"` },
          { 'if-match': '"other"' },
        ])
          await expectProblem(await blob(archive, { headers }), 403, 'license_required')
        const head = await blob(archive, { method: 'HEAD' })
        expect(head.status).toBe(403)
        expect(head.headers.get('etag')).toBeNull()
        expect(head.headers.get('content-length')).not.toBe(String(archive.size))
        const forged = `?expires=${Math.floor(Date.now() / 1000) + 60}&signature=${'A'.repeat(43)}`
        await expectProblem(
          await subject().fetch(`/v1/blobs/sha256/${archive.sha256}${forged}`),
          403,
          'license_required',
        )
      }
    })

    it('is handed to who holds a licence, under an address that ends within the hour', async () => {
      const [, gzip] = await bring('paid-open')
      const { token } = await issue('paid-open')
      const answer = await download('paid-open', token)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const { download_url, expires_in, checksum } = await expectJson(answer, 200, downloadSchema)
      expect([checksum, expires_in]).toEqual([`sha256:${gzip.sha256}`, 3600])
      expect(download_url).not.toContain('rbee_lic_')
      const bytes = await subject().fetch(pathOf(download_url))
      expect([bytes.status, bytes.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
      expect(new Uint8Array(await bytes.arrayBuffer())).toEqual(gzip.bytes)
      const part = await subject().fetch(pathOf(download_url), { headers: { range: 'bytes=0-9' } })
      expect([part.status, part.headers.get('cache-control')]).toEqual([206, 'private, no-store'])
      await part.arrayBuffer()
      const redirect = await download('paid-open', token, { accept: 'application/octet-stream' })
      expect([redirect.status, redirect.headers.get('cache-control')]).toEqual([302, 'no-store'])
      // Package managers know the plain address, and send the licence in the header.
      const plain = await blob(gzip, { headers: { authorization: `Bearer ${token}` } })
      expect([plain.status, plain.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
      await plain.arrayBuffer()
    })

    it('has addresses that open one archive, for one time', async () => {
      const [zstd, gzip] = await bring('paid-other')
      const { token } = await issue('paid-other')
      const { download_url } = await expectJson(await download('paid-other', token), 200, downloadSchema)
      const { search, searchParams } = new URL(download_url)
      const refuse = async (path: string) =>
        expectProblem(await subject().fetch(path), 403, 'license_required')
      await refuse(`/v1/blobs/sha256/${zstd.sha256}${search}`)
      const later = new URLSearchParams(searchParams)
      later.set('expires', String(Number(searchParams.get('expires')) + 1))
      await refuse(`/v1/blobs/sha256/${gzip.sha256}?${later}`)
      await refuse(
        `/v1/blobs/sha256/${gzip.sha256}?expires=9999999999&signature=${searchParams.get('signature')}`,
      )
      await refuse(`/v1/blobs/sha256/${gzip.sha256}${search}&signature=${'A'.repeat(43)}`)
    })

    it('is refused to licences of other workers, that ended, or were revoked', async () => {
      await bring('paid-refused')
      await bring('paid-elsewhere')
      const other = await issue('paid-elsewhere')
      const elsewhere = await expectProblem(
        await download('paid-refused', other.token),
        403,
        'license_refused',
      )
      expect(elsewhere).toMatchObject({ reason: 'other_worker', purchase_url: PURCHASE })
      const { token, license } = await issue('paid-refused')
      await expectJson(await download('paid-refused', token), 200, downloadSchema)
      const revoked = await operator('POST', `/v1/licenses/${license.id}/revoke`, { reason: 'refunded' })
      expect(await expectJson(revoked, 200, issuedLicenseSchema)).toMatchObject({
        status: 'revoked',
        revoke_reason: 'refunded',
      })
      const refusal = await expectProblem(await download('paid-refused', token), 403, 'license_refused')
      expect(refusal).toMatchObject({ reason: 'revoked', purchase_url: PURCHASE })
      expect(JSON.stringify(refusal)).not.toContain(token)
      const junk = await expectProblem(
        await download('paid-refused', 'rbee_lic_junk'),
        403,
        'license_refused',
      )
      expect(junk).toMatchObject({ reason: 'malformed' })
    })

    it('cannot be opened, and nothing free closed, by naming archives of others', async () => {
      const archives = await bring('paid-mine')
      const thief = await createToken(subject(), { scope: 'publish' })
      const put = async (input: ReleaseInput) =>
        send(subject(), 'PUT', `/v1/workers/${input.manifest.id}/1.0.0`, { token: thief, json: input })
      const { artifacts } = releaseOf('paid-mine', archives)
      const named = (pricing?: Pricing) =>
        aReleaseInput({
          manifest: aManifest({ id: 'open-mine', binary_name: 'paid-mine', ...(pricing && { pricing }) }),
          artifacts,
        })
      await expectProblem(await put(named()), 403, 'forbidden')
      await expectProblem(await put(named(PRICING)), 403, 'forbidden')
      const echo = aReleaseInput({
        manifest: aManifest({ id: 'close-echo', binary_name: 'echo-worker', pricing: PRICING }),
        artifacts: [artifactOf([samples().zstd, samples().gzip])],
      })
      await expectProblem(await put(echo), 403, 'forbidden')
      expect((await blob(samples().gzip, { method: 'HEAD' })).status).toBe(200)
    })

    it('keeps open what one of its free releases handed out', async () => {
      const archives = await packed('once-free')
      await publish(subject(), samples().publishToken, releaseOf('once-free', archives))
      await publish(subject(), samples().publishToken, releaseOf('once-free', archives, PRICING, '2.0.0'))
      for (const archive of archives)
        expect((await blob(archive, { method: 'HEAD' })).status, archive.format).toBe(200)
    })
  })

  describe('licences', () => {
    it('are checked without repeating the token, and nothing keeps the answer', async () => {
      await bring('paid-checked')
      const { token, license } = await issue('paid-checked', {
        entitlements: ['support', 'batch'],
        seats: 3,
        expires_in_seconds: 86_400,
      })
      const answer = await verify(token)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const text = await answer.text()
      expect(text).not.toContain(token.slice(0, 40))
      expect(JSON.parse(text)).toEqual({
        valid: true,
        license_id: license.id,
        customer: 'ACME GmbH',
        worker_ids: ['paid-checked'],
        entitlements: ['support', 'batch'],
        seats: 3,
        expires_at: license.expires_at,
      })
    })

    it.each([
      ['another prefix', (token: string) => token.replace('rbee_lic_', 'rbee_pub_'), 'malformed'],
      ['no signature', (token: string) => token.replace(/\.[^.]*$/, '.'), 'malformed'],
      ['another signature', (token: string) => token.replace(/\.[^.]*$/, `.${'A'.repeat(86)}`), 'signature'],
      ['something behind it', (token: string) => `${token}=`, 'malformed'],
    ])('with %s are refused, and nothing is told of them', async (_, change, reason) => {
      const { token } = await issue('echo-worker')
      expect(await verdict(change(token))).toEqual({
        ...{ valid: false, license_id: null, customer: null, worker_ids: [], entitlements: [] },
        ...{ seats: null, expires_at: null, reason },
      })
    })

    it('are asked about in one way only', async () => {
      const post = (body: string, type = 'application/json') =>
        subject().fetch('/v1/licenses/verify', { method: 'POST', body, headers: { 'content-type': type } })
      await expectProblem(await post('{"token":1}'), 422, 'invalid_body')
      await expectProblem(await post('{}'), 422, 'invalid_body')
      await expectProblem(await post('{"token":"x","more":1}'), 422, 'invalid_body')
      await expectProblem(await post('rbee_lic_x'), 400, 'invalid_json')
      await expectProblem(
        await post('token=x', 'application/x-www-form-urlencoded'),
        415,
        'unsupported_media_type',
      )
      await expectProblem(await post(`{"token":"${'x'.repeat(20_000)}"}`), 413, 'body_too_large')
      const get = await subject().fetch('/v1/licenses/verify')
      await expectProblem(get, 405, 'method_not_allowed')
    })

    it('last longer when they are extended, also with their first token', async () => {
      const { token, license } = await issue('echo-worker', { expires_in_seconds: 60, trial: true })
      expect(license.trial).toBe(true)
      const extended = await expectJson(
        await operator('POST', `/v1/licenses/${license.id}/extend`, { expires_in_seconds: 86_400 }),
        200,
        licenseAnswerSchema,
      )
      expect(extended.token).not.toBe(token)
      for (const one of [token, extended.token])
        expect(await verdict(one)).toMatchObject({ valid: true, expires_at: extended.license.expires_at })
      await operator('POST', `/v1/licenses/${license.id}/revoke`, { reason: 'over' })
      const again = await operator('POST', `/v1/licenses/${license.id}/extend`, { expires_in_seconds: 60 })
      await expectProblem(again, 403, 'license_refused')
      expect(await verdict(extended.token)).toMatchObject({ valid: false, reason: 'revoked' })
    })

    it('are listed and shown without their tokens, to operators alone', async () => {
      const { token, license } = await issue('echo-worker')
      await issue('echo-worker')
      const first = await operator('GET', '/v1/licenses?limit=1')
      const page = await expectJson(first, 200, licenseListSchema)
      expect(page.licenses).toHaveLength(1)
      const next = await operator('GET', `/v1/licenses?limit=200&cursor=${page.next_cursor}`)
      const text = await next.text()
      expect(text).not.toContain(token.slice(0, 40))
      const rest = licenseListSchema.parse(JSON.parse(text))
      expect(rest.licenses[0]).toEqual(license)
      expect(rest.licenses.length + 1).toBe(rest.total)
      const shown = await operator('GET', `/v1/licenses/${license.id}`)
      expect(await expectJson(shown, 200, issuedLicenseSchema)).toEqual({ ...license, seats_used: 0 })
      await expectProblem(await operator('GET', `/v1/licenses/${'0'.repeat(24)}`), 404, 'license_not_found')
      await expectProblem(await operator('GET', '/v1/licenses?cursor=junk'), 400, 'invalid_cursor')
      for (const path of ['/v1/licenses', `/v1/licenses/${license.id}`]) {
        const asked = await send(subject(), 'GET', path, { token: samples().publishToken })
        await expectProblem(asked, 403, 'forbidden')
        await expectProblem(await subject().fetch(path), 401, 'token_missing')
      }
      const json = { customer: 'me', workers: ['echo-worker'] }
      const own = await send(subject(), 'POST', '/v1/licenses', { token: samples().publishToken, json })
      await expectProblem(own, 403, 'forbidden')
    })

    it('are of workers that are there', async () => {
      const none = await operator('POST', '/v1/licenses', { customer: 'ACME', workers: ['nobody-knows'] })
      await expectProblem(none, 404, 'worker_not_found')
    })

    it('are no tokens of the API', async () => {
      const { token } = await issue('echo-worker')
      const answer = await send(subject(), 'GET', '/v1/tokens/current', { token })
      await expectProblem(answer, 401, 'token_invalid')
    })
  })
}
