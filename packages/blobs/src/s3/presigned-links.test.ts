import { archivePath } from '@rbee/registry'
import { sha256Schema } from '@rbee/schema'
import { startS3Server } from '@rbee/testing/s3'
import { afterEach, describe, expect, it } from 'vitest'
import type { S3Place } from './place.ts'
import { presignedLinks } from './presigned-links.ts'

const ARCHIVE = sha256Schema.parse('a'.repeat(64))
const OTHER = sha256Schema.parse('b'.repeat(64))
const NAME = 'paid-worker-1.0.0+1-linux-x86_64-cpu.tar.zst'
const HOUR = { seconds: 3600, fileName: NAME }
let now = Date.UTC(2026, 10, 22)
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open(sessionToken?: string) {
  const session = sessionToken === undefined ? {} : { sessionToken }
  const server = await startS3Server({ clock: () => now, key: session })
  closing.push(() => server.close())
  const { accessKeyId, secretAccessKey, region } = server.key
  const place: S3Place = {
    ...{ bucket: server.bucketName, prefix: 'catalog/', endpoint: server.endpoint, region, pathStyle: true },
    credentials: { accessKeyId, secretAccessKey, ...session },
  }
  for (const sha256 of [ARCHIVE, OTHER]) {
    const headers = { contentType: 'binary/octet-stream', cacheControl: 'public, immutable' }
    server.bucket.put(`catalog/${archivePath(sha256)}`, Buffer.from('0123456789'), headers)
  }
  return { server, place, links: presignedLinks(place, () => now) }
}

const statusOf = async (...asked: Parameters<typeof fetch>) => {
  const answer = await fetch(...asked)
  await answer.arrayBuffer()
  return answer.status
}

describe('a link of the store', () => {
  it.each([undefined, 'session/token+of=hours'])(
    'hands out one archive, whole and in parts',
    async (token) => {
      const { links } = await open(token)
      const link = await links.linkTo(ARCHIVE, HOUR)
      expect(link).not.toContain('test-secret')
      const answer = await fetch(link)
      expect([answer.status, await answer.text()]).toEqual([200, '0123456789'])
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="${NAME}"`,
        'cache-control': 'private, no-store',
      })
      for (const [range, bytes] of [
        ['bytes=2-4', '234'],
        ['bytes=7-', '789'],
      ] as const) {
        const part = await fetch(link, { headers: { range } })
        expect([part.status, await part.text()]).toEqual([206, bytes])
      }
    },
  )

  it('opens nothing else: no other key, method or answer, and not with a token beside it', async () => {
    const { links } = await open()
    const link = await links.linkTo(ARCHIVE, { seconds: 3600, fileName: null })
    expect(await statusOf(link.replace(ARCHIVE, OTHER))).toBe(403)
    expect(await statusOf(link.replace(`/aa/${ARCHIVE}`, ''))).toBe(403)
    for (const method of ['HEAD', 'PUT', 'DELETE']) expect(await statusOf(link, { method })).toBe(403)
    expect(await statusOf(`${link}&response-content-type=text%2Fhtml`)).toBe(403)
    expect(await statusOf(link.replace('X-Amz-Expires=3600', 'X-Amz-Expires=7200'))).toBe(403)
    expect(await statusOf(link, { headers: { authorization: 'Bearer rbee_lic_x' } })).toBe(400)
  })

  it('ends when it says', async () => {
    const { links } = await open()
    const link = await links.linkTo(ARCHIVE, HOUR)
    const start = now
    now = start + 3_599_000
    expect(await statusOf(link)).toBe(200)
    now = start + 3_600_000
    expect(await statusOf(link)).toBe(403)
    await expect(links.linkTo(ARCHIVE, { seconds: 3601, fileName: null })).rejects.toThrow(RangeError)
  })

  it('leads where clients reach the store, with the bucket in path or host', async () => {
    const { place } = await open()
    const endpoint = new URL('https://store.example')
    const at = async (pathStyle: boolean) =>
      new URL(await presignedLinks({ ...place, endpoint, pathStyle }, () => now).linkTo(ARCHIVE, HOUR))
    const path = `/catalog/archives/sha256/aa/${ARCHIVE}`
    const [inPath, inHost] = [await at(true), await at(false)]
    expect(inPath.origin + inPath.pathname).toBe(`https://store.example/workers${path}`)
    expect(inHost.origin + inHost.pathname).toBe(`https://workers.store.example${path}`)
  })
})
