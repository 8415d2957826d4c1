import { entryHash } from '@rbee/registry'
import {
  storedImageSchema,
  syncEntriesResultSchema,
  syncStateSchema,
  workerDocumentSchema,
} from '@rbee/schema'
import { aCatalogEntry, aManifest, pngHeader, pngPicture, sha256Hex } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, syncEntries } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, type Subject, send } from './subject.ts'

const PICTURE = pngPicture(320, 200)
const OTHER = `/v1/images/${'0'.repeat(64)}`

export async function putPicture(
  subject: Subject,
  bytes: Uint8Array<ArrayBuffer>,
  { sha256, token = subject.operatorToken }: { sha256?: string; token?: string } = {},
): Promise<Response> {
  return subject.fetch(`/v1/catalog/images/${sha256 ?? (await sha256Hex(bytes))}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: bytes,
  })
}

/** An entry with a picture of the registry, one that is missing, and one elsewhere. */
export async function pictured(id: string, bytes: Uint8Array<ArrayBuffer>, width = 320) {
  const sha256 = await sha256Hex(bytes)
  return aCatalogEntry({
    manifest: aManifest({
      id,
      screenshots: [
        { url: 'docs/one.png', caption: 'One < two' },
        { url: 'docs/gone.png' },
        { url: 'https://example.com/x.png' },
      ],
    }),
    source: 'community',
    git: { url: null, commit: null, branch: null, path: id },
    screenshots: [{ path: 'docs/one.png', sha256, media_type: 'image/png', width, height: 200 }],
  })
}

/** Sends an entry without its pictures. @returns the codes for which it is refused. */
async function refusalsOf(subject: Subject, entry: Awaited<ReturnType<typeof pictured>>) {
  const token = subject.operatorToken
  const { id } = entry.manifest
  const announced = { catalog: id, commit: null, entries: [{ id, hash: entryHash(entry) }] }
  const begun = await send(subject, 'POST', '/v1/catalog/syncs', { token, json: announced })
  const { sync_id, needed } = await expectJson(begun, 201, syncStateSchema)
  expect(needed).toEqual([id])
  const sent = await send(subject, 'PUT', `/v1/catalog/syncs/${sync_id}/entries`, {
    ...{ token, json: { entries: [entry] } },
  })
  return (await expectJson(sent, 200, syncEntriesResultSchema)).refused.map(({ code }) => code)
}

export function images(subject: Opened): void {
  describe('a picture', () => {
    it('is taken once, and served as what its bytes are, for good and without rights', async () => {
      const sha256 = await sha256Hex(PICTURE)
      const url = `/v1/images/${sha256}`
      const image = { url, sha256, media_type: 'image/png', width: 320, height: 200 }
      expect(await expectJson(await putPicture(subject(), PICTURE), 201, storedImageSchema)).toEqual(image)
      expect(await expectJson(await putPicture(subject(), PICTURE), 200, storedImageSchema)).toEqual(image)
      const served = await subject().fetch(url)
      expect(Object.fromEntries(served.headers)).toMatchObject({
        'content-type': 'image/png',
        'content-disposition': 'inline',
        'content-length': String(PICTURE.length),
        'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        etag: expect.stringMatching(/^"[^"]+"$/),
      })
      expect(new Uint8Array(await served.arrayBuffer())).toEqual(PICTURE)
      const again = await subject().fetch(url, {
        headers: { 'if-none-match': served.headers.get('etag') ?? '' },
      })
      expect(again.status).toBe(304)
    })

    it.each([
      ['other bytes than its address says', pngPicture(1, 1), 'f'.repeat(64), 422, 'digest_mismatch'],
      ['no picture', new TextEncoder().encode('<svg/>'), undefined, 422, 'image_invalid'],
      ['too many pixels', pngHeader(4097, 1), undefined, 422, 'image_invalid'],
      ['too many bytes', new Uint8Array(2 ** 20 + 1), 'f'.repeat(64), 413, 'body_too_large'],
      ['an address that is no digest', pngPicture(1, 1), 'FF', 400, 'invalid_digest'],
    ] as const)('is refused: %s', async (_, bytes, sha256, status, code) => {
      await expectProblem(await putPicture(subject(), bytes, { sha256 }), status, code)
    })

    it('is for operators to bring, and told from one that is not there', async () => {
      const token = await createToken(subject(), { scope: 'publish' })
      await expectProblem(await putPicture(subject(), PICTURE, { token }), 403, 'forbidden')
      await expectProblem(await subject().fetch(OTHER), 404, 'image_not_found')
    })

    it('is on the page of the worker that names it, and others are named there', async () => {
      await putPicture(subject(), PICTURE)
      await syncEntries(subject(), 'pictured', [await pictured('pictured-worker', PICTURE)])
      const response = await subject().fetch('/v1/workers/pictured-worker')
      const { screenshots } = await expectJson(response, 200, workerDocumentSchema)
      const url = `/v1/images/${await sha256Hex(PICTURE)}`
      expect(screenshots).toEqual([
        {
          ...{ url: 'docs/one.png', caption: 'One < two' },
          image: { url, media_type: 'image/png', width: 320, height: 200 },
        },
        { url: 'docs/gone.png' },
        { url: 'https://example.com/x.png' },
      ])
      const page = await (await subject().fetch('/worker/pictured-worker')).text()
      expect(page).toContain(
        `<img src="${url}" alt="One &lt; two" width="320" height="200" loading="lazy" decoding="async">`,
      )
      expect(page).toContain('<code><bdi>docs/gone.png</bdi></code>')
      expect(page).not.toContain('src="http')
      await syncEntries(subject(), 'pictured', [])
    })

    it('has to be there before an entry that names it, as the entry says; then the same entry is taken', async () => {
      const bytes = pngPicture(320, 200, [1, 2, 3])
      const entry = await pictured('pictured-later', bytes)
      expect(await refusalsOf(subject(), entry)).toEqual(['image_not_stored'])
      await putPicture(subject(), bytes)
      const wrong = await pictured('pictured-later', bytes, 321)
      expect(await refusalsOf(subject(), wrong)).toEqual(['image_not_stored'])
      const { needed, state } = await syncEntries(subject(), 'pictured-later', [entry])
      expect([needed, state.accepted.length]).toEqual([['pictured-later'], 1])
      await syncEntries(subject(), 'pictured-later', [])
    })
  })
}
