import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import {
  downloadSchema,
  licenseAnswerSchema,
  type PatchDocument,
  patchDocumentSchema,
  sha256Of,
  sha256Schema,
} from '@rbee/schema'
import {
  aManifest,
  aReleaseInput,
  artifactOf,
  fakeRandomBytes,
  type PackedArchive,
  packedArchive,
} from '@rbee/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { aPatch } from './patches.ts'
import { createToken, publish, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, type Opened, send } from './subject.ts'

// Everything about a worker that is sold is public but its bytes. Here is asked for them in every way that gives those of others.

const ID = 'sealed-worker'
const NEXT = '1.1.0'
/** Nothing compresses it, and it is so large that most of it stands in the archives as it is. */
const SECRET = Buffer.from(fakeRandomBytes()(100_000))
/** Parts of it that nothing else has. */
const TRACES = [40_000, 60_000, 80_000].map((start) => SECRET.subarray(start, start + 16))

interface Sold {
  readonly zstd: PackedArchive
  readonly gzip: PackedArchive
  readonly patch: PatchDocument
  /** SHA-256 of everything that is sold. */
  readonly sums: readonly string[]
  readonly licence: string
  /** Publishes, but nothing of this worker. */
  readonly stranger: string
}

/**
 * The same archive as a zstd frame whose one block is stored as it is (RFC 8878, 3.1.1): workerd's own compressor fails on what it
 * cannot make smaller.
 */
function asStored(gzip: PackedArchive): PackedArchive {
  const tar = gunzipSync(gzip.bytes)
  const head = Buffer.alloc(12)
  head.writeUInt32LE(0xfd2fb528, 0)
  // One segment, whose size stands in four bytes.
  head.writeUInt8(0xa0, 4)
  head.writeUInt32LE(tar.length, 5)
  // The last block, and a raw one.
  head.writeUIntLE((tar.length << 3) | 1, 9, 3)
  const bytes = new Uint8Array(Buffer.concat([head, tar]))
  const sha256 = sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
  return { ...gzip, format: 'tar.zst', bytes, sha256, size: bytes.length }
}

type Asking = readonly [what: string, path: string, init: RequestInit]

export function soldBytes(subject: Opened, samples: () => Samples): void {
  let sold: Sold
  const bring = async (version: string) => {
    const files = { [`bin/${ID}`]: version, 'lib/model.bin': SECRET }
    const gzip = await packedArchive(files, 'tar.gz')
    const zstd = asStored(gzip)
    for (const archive of [zstd, gzip]) await sendArchive(subject(), samples().publishToken, archive)
    const artifact = artifactOf([zstd, gzip])
    const pricing = { model: 'one-time', price_usd: 9, purchase_url: 'https://shop.example/sealed' } as const
    const manifest = aManifest({ id: ID, license: 'Proprietary', pricing })
    await publish(
      subject(),
      samples().publishToken,
      aReleaseInput({ manifest, version, artifacts: [artifact] }),
    )
    return { zstd, gzip, artifact }
  }
  /** Asked for without a licence: in every form in which archives of others are handed out. */
  const askedInVain = (sha256: string): Asking[] => {
    const path = `/v1/blobs/sha256/${sha256}`
    const etag = `"${sha256}"`
    const soon = Math.floor(Date.now() / 1000) + 60
    const get = (what: string, headers: Record<string, string>, address = path): Asking => [
      what,
      address,
      { headers },
    ]
    return [
      get('all of it', {}),
      ['its size', path, { method: 'HEAD' }],
      ['the size of a range', path, { method: 'HEAD', headers: { range: 'bytes=0-9' } }],
      get('a range', { range: 'bytes=0-99' }),
      get('its end', { range: 'bytes=-100' }),
      get('several ranges', { range: 'bytes=0-9,20-29' }),
      get('a range behind its end', { range: 'bytes=999999999-' }),
      get('a range if it is the same', { range: 'bytes=0-99', 'if-range': etag }),
      get('a range if it is another', { range: 'bytes=0-99', 'if-range': '"other"' }),
      get('whether it is another', { 'if-none-match': etag }),
      get('whether there is one', { 'if-none-match': '*' }),
      get('whether it is the same', { 'if-match': etag }),
      get('it compressed', { 'accept-encoding': 'gzip, br, zstd' }),
      get('it as octets', { accept: 'application/octet-stream' }),
      get('it with a token of a publisher', { authorization: `Bearer ${sold.stranger}` }),
      get('it with the licence of nobody', { authorization: 'Bearer rbee_lic_e30.e30.e30' }),
      get('it with the licence in another field', { 'x-license': sold.licence, cookie: sold.licence }),
      get('it with the licence as a password', {
        authorization: `Basic ${Buffer.from(`x:${sold.licence}`).toString('base64')}`,
      }),
      get('it with the licence in the address', {}, `${path}?token=${sold.licence}&license=${sold.licence}`),
      get('it under a forged address', {}, `${path}?expires=${soon}&signature=${'A'.repeat(43)}`),
      get('it in capitals', {}, `/v1/blobs/sha256/${sha256.toUpperCase()}`),
      get('it as a folder', {}, `${path}/`),
      get('it under an odd address', {}, `/v1//blobs/./sha256/${sha256}`),
      get(
        'it as an escaped address',
        {},
        `/v1/blobs/sha256/%${sha256.charCodeAt(0).toString(16)}${sha256.slice(1)}`,
      ),
    ]
  }

  const mustTellNothing = async (answer: Response, what: string) => {
    const body = Buffer.from(await answer.arrayBuffer())
    for (const trace of TRACES) expect(body.includes(trace), what).toBe(false)
    return body
  }

  describe('what is sold', () => {
    beforeAll(async () => {
      const [before, after] = [await bring('1.0.0'), await bring(NEXT)]
      const { platform, variant } = after.artifact
      const body = aPatch(before.artifact, after.artifact, SECRET)
      const put = await subject().fetch(
        `/v1/workers/${ID}/${NEXT}/patches/${platform}/${variant}/${sha256Of(before.artifact.digest)}`,
        { method: 'PUT', headers: { authorization: `Bearer ${samples().publishToken}` }, body },
      )
      const patch = await expectJson(put, 201, patchDocumentSchema)
      const issued = await send(subject(), 'POST', '/v1/licenses', {
        token: subject().operatorToken,
        json: { customer: 'ACME GmbH', workers: [ID] },
      })
      const { token: licence } = await expectJson(issued, 201, licenseAnswerSchema)
      const archives = [before.zstd, before.gzip, after.zstd, after.gzip]
      sold = {
        ...{ zstd: after.zstd, gzip: after.gzip, patch, licence },
        sums: [...archives.map(({ sha256 }) => sha256), patch.sha256],
        stranger: await createToken(subject(), { scope: 'publish' }),
      }
      // Otherwise nothing here would be noticed.
      for (const { bytes } of archives)
        for (const trace of TRACES) expect(Buffer.from(bytes).includes(trace)).toBe(true)
    })

    it('is handed to nobody without a licence, in no form and no part', async () => {
      for (const sha256 of sold.sums) {
        for (const [what, path, init] of askedInVain(sha256)) {
          const answer = await subject().fetch(path, { ...init, redirect: 'manual' })
          const told = `${what} of ${sha256}: ${answer.status}`
          expect([400, 403, 404], told).toContain(answer.status)
          expect(answer.headers.get('etag'), told).toBeNull()
          expect(answer.headers.get('content-range'), told).toBeNull()
          expect(answer.headers.get('cache-control'), told).toBe('no-store')
          await mustTellNothing(answer, told)
        }
      }
    })

    it.each([
      ['/v1/workers'],
      [`/v1/workers/${ID}`],
      [`/v1/workers/${ID}-cpu`],
      [`/v1/workers/${ID}/versions`],
      [`/v1/workers/${ID}/latest`],
      [`/v1/workers/${ID}/${NEXT}`],
      [`/v1/workers/${ID}/${NEXT}/log`],
      [`/v1/workers/${ID}/${NEXT}/rebuilds`],
      [`/v1/workers/${ID}/${NEXT}/provenance/linux-x86_64/cpu`],
      [`/v1/workers/${ID}/${NEXT}/download?platform=linux-x86_64`],
      [`/v1/workers/${ID}/latest/download?platform=linux-x86_64&format=tar.zst`],
      [`/v1/workers/${ID}-cpu/latest/download?platform=linux-x86_64`],
      [`/v1/workers/${ID}/readme`],
      [`/v1/workers/${ID}/log`],
      [`/v1/workers/${ID}/keys`],
      [`/v1/workers/${ID}/stats`],
      [`/v1/workers/${ID}/clone-url`],
      [`/v1/workers/${ID}/pkgbuild`],
      [`/v1/workers/${ID}/pkgbuild?build=prod`],
      [`/v1/workers/${ID}/srcinfo?build=prod`],
      [`/v1/workers/${ID}/formula`],
      ['/workers'],
      [`/workers/${ID}`],
      [`/workers/${ID}/clone-url`],
      [`/workers/${ID}/PKGBUILD`],
      [`/workers/${ID}/PKGBUILD/arch/prod`],
      [`/workers/${ID}/PKGBUILD/homebrew/prod`],
      [`/pkgbuilds/arch/${ID}-bin.PKGBUILD`],
      [`/pkgbuilds/homebrew/${ID}-bin.rb`],
      [`/arch/x86_64/${ID}-cpu-bin-${NEXT}-1-x86_64.pkg.tar.zst`],
      ['/arch/x86_64/rbee.db'],
      ['/v1/programs'],
      ['/v1/catalog/status'],
      ['/v1/stats/overview'],
      ['/v1/revocations'],
      ['/v1/licenses/key'],
      ['/'],
    ])('is not behind any address that %s tells', async (path) => {
      for (const accept of ['*/*', 'application/octet-stream', 'text/html']) {
        const answer = await subject().fetch(path, { headers: { accept }, redirect: 'manual' })
        const body = await mustTellNothing(answer, path)
        const told = `${answer.headers.get('location')} ${body}`
        expect(told).not.toMatch(/[?&](signature|X-Amz-Signature)=/)
        for (const [address] of told.matchAll(/\/v1\/blobs\/sha256\/[0-9a-f]{64}/g)) {
          if (!sold.sums.some((sha256) => address.endsWith(sha256))) continue
          const bytes = await subject().fetch(address)
          expect(bytes.status, address).toBe(403)
          await mustTellNothing(bytes, address)
        }
      }
    })

    it('is kept by nobody on its way to who holds a licence', async () => {
      const authorization = `Bearer ${sold.licence}`
      for (const sha256 of sold.sums) {
        const path = `/v1/blobs/sha256/${sha256}`
        const asking: Record<string, string>[] = [
          {},
          { range: 'bytes=0-99' },
          { range: 'bytes=0-99', 'if-range': `"${sha256}"` },
          { 'if-none-match': `"${sha256}"` },
          { 'if-match': '"other"' },
          { range: 'bytes=999999999-' },
        ]
        const statuses: number[] = []
        for (const headers of asking) {
          for (const method of ['GET', 'HEAD']) {
            const answer = await subject().fetch(path, { method, headers: { ...headers, authorization } })
            await answer.arrayBuffer()
            if (method === 'GET') statuses.push(answer.status)
            expect(answer.headers.get('cache-control'), JSON.stringify(headers)).toMatch(
              /^(private, )?no-store$/,
            )
          }
        }
        expect(statuses).toEqual([200, 206, 206, 304, 412, 416])
        // Nor in the memory of the server.
        const without = await subject().fetch(path)
        expect(without.status).toBe(403)
        await mustTellNothing(without, path)
      }
    })

    it('is not kept with the address that a licence opens', async () => {
      const path = `/v1/workers/${ID}/${NEXT}/download?platform=linux-x86_64`
      const answer = await subject().fetch(path, { headers: { authorization: `Bearer ${sold.licence}` } })
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const tag = answer.headers.get('etag')
      const { download_url } = await expectJson(answer, 200, downloadSchema)
      const { pathname, search } = new URL(download_url)
      const bytes = await subject().fetch(pathname + search)
      expect([bytes.status, bytes.headers.get('cache-control')]).toEqual([200, 'private, no-store'])
      await bytes.arrayBuffer()
      for (const headers of [{}, { 'if-none-match': tag ?? '*' }]) {
        const without = await subject().fetch(path, { headers })
        expect(without.status).toBe(403)
        expect(await without.text()).not.toContain('signature=')
      }
    })

    it('is not opened by who uploads it again, patches it, or publishes a free worker with it', async () => {
      const { zstd, stranger, patch } = sold
      const { sha256, digest } = zstd
      const declared = { format: 'tar.zst', sha256, size: zstd.bytes.length, digest }
      const upload = await send(subject(), 'POST', '/v1/uploads', { token: stranger, json: declared })
      await mustTellNothing(upload, 'the upload')
      const manifest = aManifest({ id: 'fence-worker', binary_name: ID })
      const input = aReleaseInput({ manifest, artifacts: [artifactOf([zstd, sold.gzip])] })
      const release = await send(subject(), 'PUT', '/v1/workers/fence-worker/1.0.0', {
        token: stranger,
        json: input,
      })
      expect(release.status).toBe(403)
      // The bytes of a patch are no archive that a release may name.
      const [artifact] = input.artifacts
      const named = { ...artifact, archives: [{ format: 'tar.zst', sha256: patch.sha256, size: patch.size }] }
      const other = await send(subject(), 'PUT', '/v1/workers/fence-worker/1.0.0', {
        token: stranger,
        json: { ...input, artifacts: [named] },
      })
      expect(other.status).toBeGreaterThanOrEqual(400)
      for (const one of sold.sums) expect((await subject().fetch(`/v1/blobs/sha256/${one}`)).status).toBe(403)
    })
  })
}
