import { createHash } from 'node:crypto'
import {
  ARCHIVE_CACHE_CONTROL,
  type ArchiveStore,
  archivePath,
  type ByteRange,
  type OpenedArchive,
  type PartReceipt,
  type RandomBytes,
} from '@rbee/registry'
import { RbeeError, type Sha256, sha256Schema, uploadPartBytes, uploadPartCount } from '@rbee/schema'
import { bodyOf, LONG_WORK_MS, type S3Client } from './client.ts'
import { conditionOf, deleteObject, tagOf } from './document-store.ts'
import type { PartSpool } from './part-spool.ts'
import { encodedKey } from './place.ts'
import { wasRefused } from './refusal.ts'
import { completionXml, readListing, readUploadId } from './xml.ts'

const ARCHIVES = 'archives/sha256/'

/** What the name of a staging place holds: a store keeps no other record of a multipart upload that can be looked up. */
interface Staged {
  readonly key: string
  /** Of the whole archive, in bytes. */
  readonly size: number
  readonly uploadId: string
}

/**
 * Archives as objects of a bucket. Parts form a multipart upload of an object below `staging/`; promoting reads that
 * object, compares its SHA-256, and lets the store copy just those bytes to the archive's key.
 *
 * What a crash leaves below `staging/` is removed by lifecycle rules of the bucket (see docs/operating.md).
 */
export function s3ArchiveStore(client: S3Client, spool: PartSpool, randomBytes: RandomBytes): ArchiveStore {
  return {
    async size(sha256) {
      return (await headOf(client, archivePath(sha256)))?.size ?? null
    },
    open: (sha256, range) =>
      range ? openRange(client, archivePath(sha256), range) : openWhole(client, archivePath(sha256)),
    async stage(size) {
      const id = Buffer.from(randomBytes(16)).toString('hex')
      const headers = { 'content-type': 'application/octet-stream', 'cache-control': ARCHIVE_CACHE_CONTROL }
      const text = await client.sendForText({
        method: 'POST',
        key: keyOf(id),
        query: { uploads: '' },
        headers,
      })
      return `${id}.${size}.${readUploadId(text)}`
    },
    async writePart(staging, part, body, size) {
      const place = stagedOf(staging)
      if (uploadPartBytes(place.size, part) !== size) {
        throw new RbeeError('part_invalid', `The archive has no part ${part} of ${size} bytes`)
      }
      return spool.through(body, size, (whole) =>
        whileOpen(async () => {
          const query = { partNumber: String(part), uploadId: place.uploadId }
          const response = await client.send({ method: 'PUT', key: place.key, query, body: whole })
          await response.arrayBuffer()
          return tagOf(response)
        }),
      )
    },
    async assemble(staging, parts) {
      const place = stagedOf(staging)
      if (await headOf(client, place.key)) return
      checkComplete(place, parts)
      await complete(client, place, parts)
    },
    async openStaged(staging) {
      return (await openWhole(client, stagedOf(staging).key))?.body ?? gone()
    },
    promote: (staging, sha256, size) => promote(client, stagedOf(staging), sha256, size),
    async discard(staging) {
      const place = parseStaged(staging)
      if (!place) return
      await deleteObject(client, place.key)
      const query = { uploadId: place.uploadId }
      const response = await client.send({ method: 'DELETE', key: place.key, query, expect: [404] })
      if (response.ok) await response.arrayBuffer()
    },
    list: () => listArchives(client),
    async delete(sha256) {
      await deleteObject(client, archivePath(sha256))
    },
  }
}

async function headOf(client: S3Client, key: string): Promise<{ size: number; etag: string } | null> {
  const response = await client.send({ method: 'HEAD', key, expect: [404] })
  return response.ok ? { size: lengthOf(response), etag: tagOf(response) } : null
}

async function openWhole(client: S3Client, key: string, etag?: string): Promise<OpenedArchive | null> {
  const headers = etag === undefined ? {} : conditionOf({ etag })
  const response = await client.send({ method: 'GET', key, headers, expect: [404, 412] })
  return response.ok ? { body: bodyOfAnswer(response), size: lengthOf(response) } : null
}

async function openRange(client: S3Client, key: string, range: ByteRange): Promise<OpenedArchive | null> {
  const headers = { range: `bytes=${range.start}-${range.end}` }
  const response = await client.send({ method: 'GET', key, headers, expect: [404, 416] })
  if (response.status === 404) return null
  if (response.ok) return { body: bodyOfAnswer(response), size: wholeLengthOf(response) }
  throw new RbeeError('range_not_satisfiable', 'The range lies outside the archive')
}

function bodyOfAnswer({ body }: Response): ReadableStream<Uint8Array> {
  if (body === null) throw new Error('The object store answered without a body')
  return body
}

function lengthOf(response: Response): number {
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  if (!Number.isSafeInteger(length)) throw new Error('The object store stated no length of an object')
  return length
}

/** From `Content-Range: bytes 0-9/100`. */
function wholeLengthOf(response: Response): number {
  const length = /\/(\d+)$/.exec(response.headers.get('content-range') ?? '')?.[1]
  if (response.status !== 206 || length === undefined) throw new Error('The object store ignored a range')
  return Number(length)
}

const keyOf = (id: string): string => `staging/${id}`

function parseStaged(staging: string): Staged | null {
  const match = /^([0-9a-f]{32})\.(\d+)\.(.+)$/.exec(staging)
  if (!match?.[1] || !match[2] || !match[3]) return null
  return { key: keyOf(match[1]), size: Number(match[2]), uploadId: match[3] }
}

function stagedOf(staging: string): Staged {
  return parseStaged(staging) ?? gone()
}

function checkComplete(place: Staged, parts: readonly PartReceipt[]): void {
  const numbers = new Set(parts.map(({ part }) => part))
  const known = [...numbers].every((part) => uploadPartBytes(place.size, part) !== null)
  if (!known || numbers.size !== uploadPartCount(place.size)) {
    throw new RbeeError('upload_incomplete', 'Parts of the upload are missing')
  }
}

async function complete(client: S3Client, place: Staged, parts: readonly PartReceipt[]): Promise<void> {
  const tags = parts.toSorted((a, b) => a.part - b.part).map(({ part, receipt }) => ({ part, tag: receipt }))
  const body = bodyOf(new TextEncoder().encode(completionXml(tags)))
  try {
    await whileOpen(() =>
      client.sendForText({
        method: 'POST',
        key: place.key,
        query: { uploadId: place.uploadId },
        headers: { 'content-type': 'application/xml' },
        body,
        patience: LONG_WORK_MS,
      }),
    )
  } catch (error) {
    if (wasRefused(error, 'InvalidPart', 'InvalidPartOrder')) {
      throw new RbeeError('upload_incomplete', 'Parts of the upload are missing', { cause: error })
    }
    // Another call that was quicker, or one whose answer was lost, left the object in its place.
    if (!isGone(error) || (await headOf(client, place.key)) === null) throw error
  }
}

/**
 * The copy is made on the condition that the object still is the one that was read. One request copies up to 5 GiB, which
 * is more than an archive may have (`ARCHIVE_MAX_BYTES`).
 */
async function promote(client: S3Client, place: Staged, sha256: Sha256, size: number): Promise<void> {
  const staged = (await headOf(client, place.key)) ?? gone()
  if (staged.size !== size) {
    throw new RbeeError('size_mismatch', `The archive has ${staged.size} bytes, not the stated ${size}`)
  }
  const opened = (await openWhole(client, place.key, staged.etag)) ?? gone()
  const hash = createHash('sha256')
  for await (const chunk of opened.body) hash.update(chunk)
  if (hash.digest('hex') !== sha256) {
    throw new RbeeError('digest_mismatch', 'The archive does not have the stated SHA-256')
  }
  const { bucket, prefix } = client.place
  try {
    await client.sendForText({
      method: 'PUT',
      key: archivePath(sha256),
      headers: {
        'x-amz-copy-source': `/${bucket}/${encodedKey(prefix + place.key)}`,
        'x-amz-copy-source-if-match': staged.etag,
      },
      patience: LONG_WORK_MS,
    })
  } catch (error) {
    if (wasRefused(error, 'NoSuchKey')) gone(error)
    throw error
  }
  await deleteObject(client, place.key)
}

/** Turns what a store says of an upload that has ended into `upload_not_found`. */
async function whileOpen<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (wasRefused(error, 'NoSuchUpload')) gone(error)
    throw error
  }
}

async function* listArchives(client: S3Client): AsyncIterable<Sha256> {
  let next: string | null = null
  do {
    const query: Record<string, string> = {
      'list-type': '2',
      'encoding-type': 'url',
      prefix: client.place.prefix + ARCHIVES,
      ...(next !== null && { 'continuation-token': next }),
    }
    const listing = readListing(await client.sendForText({ method: 'GET', key: '', query }))
    for (const key of listing.keys) {
      const sha256 = sha256Schema.safeParse(key.slice(key.lastIndexOf('/') + 1))
      if (sha256.success) yield sha256.data
    }
    next = listing.next
  } while (next !== null)
}

function isGone(error: unknown): boolean {
  return error instanceof RbeeError && error.code === 'upload_not_found'
}

function gone(cause?: unknown): never {
  throw new RbeeError('upload_not_found', 'The staging place of the upload is gone', {
    next: 'Start the upload again',
    cause,
  })
}
