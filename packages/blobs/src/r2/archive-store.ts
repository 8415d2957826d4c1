import type { R2Bucket, R2MultipartUpload, R2ObjectBody } from '@cloudflare/workers-types'
import {
  ARCHIVE_CACHE_CONTROL,
  type ArchiveStore,
  archivePath,
  type ByteRange,
  type PartReceipt,
  type RandomBytes,
} from '@rbee/registry'
import { RbeeError, type Sha256, sha256Schema, uploadPartBytes, uploadPartCount } from '@rbee/schema'
import { translated } from './r2-errors.ts'
import { exactly, webStream } from './streams.ts'

const ARCHIVES = 'archives/sha256/'

/** What the name of a staging place holds: R2 keeps no other record of a multipart upload that can be looked up. */
interface Place {
  readonly key: string
  /** Of the whole archive, in bytes. */
  readonly size: number
  readonly uploadId: string
}

/**
 * Archives as objects of an R2 bucket. Parts form a multipart upload of an object below `staging/`; promoting streams
 * that object into its final key with its SHA-256 stated, so that R2 itself refuses other bytes.
 *
 * What a crash leaves below `staging/` is removed by a lifecycle rule of the bucket; R2 ends multipart uploads that
 * were left alone for seven days by itself.
 */
export function r2ArchiveStore(bucket: R2Bucket, randomBytes: RandomBytes): ArchiveStore {
  const uploadOf = (place: Place): R2MultipartUpload =>
    bucket.resumeMultipartUpload(place.key, place.uploadId)

  return {
    async size(sha256) {
      return (await bucket.head(archivePath(sha256)))?.size ?? null
    },
    async open(sha256, range) {
      const object = await getRange(bucket, archivePath(sha256), range)
      return object && { body: webStream(object.body), size: object.size }
    },
    async stage(size) {
      const id = Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('')
      const { uploadId } = await bucket.createMultipartUpload(keyOf(id))
      return `${id}.${size}.${uploadId}`
    },
    async writePart(staging, part, body, size) {
      const place = placeOf(staging)
      if (uploadPartBytes(place.size, part) !== size) {
        throw new RbeeError('part_invalid', `The archive has no part ${part} of ${size} bytes`)
      }
      return exactly(body, size, (exact) =>
        translated(async () => (await uploadOf(place).uploadPart(part, exact)).etag),
      )
    },
    async assemble(staging, parts) {
      const place = placeOf(staging)
      if (await bucket.head(place.key)) return
      checkComplete(place, parts)
      const uploaded = parts
        .toSorted((a, b) => a.part - b.part)
        .map(({ part, receipt }) => ({ partNumber: part, etag: receipt }))
      try {
        await translated(() => uploadOf(place).complete(uploaded))
      } catch (error) {
        // Another call that was quicker left the object in its place.
        if (!isGone(error) || (await bucket.head(place.key)) === null) throw error
      }
    },
    async openStaged(staging) {
      return webStream((await assembled(bucket, staging)).body)
    },
    async promote(staging, sha256, size) {
      const object = await assembled(bucket, staging)
      if (object.size !== size) {
        await object.body.cancel()
        throw new RbeeError('size_mismatch', `The archive has ${object.size} bytes, not the stated ${size}`)
      }
      await translated(() =>
        bucket.put(archivePath(sha256), object.body, {
          sha256,
          httpMetadata: { cacheControl: ARCHIVE_CACHE_CONTROL },
        }),
      )
      await bucket.delete(object.key)
    },
    async discard(staging) {
      const place = parsePlace(staging)
      if (!place) return
      await bucket.delete(place.key)
      await abort(uploadOf(place))
    },
    list: () => listArchives(bucket),
    async delete(sha256) {
      await bucket.delete(archivePath(sha256))
    },
  }
}

/** R2's failure for a range behind the end differs between the service and its emulator, so the size decides. */
async function getRange(bucket: R2Bucket, key: string, range?: ByteRange): Promise<R2ObjectBody | null> {
  if (!range) return bucket.get(key)
  try {
    return await bucket.get(key, { range: { offset: range.start, length: range.end - range.start + 1 } })
  } catch (error) {
    const size = (await bucket.head(key))?.size
    if (size === undefined || range.start < size) throw error
    throw new RbeeError('range_not_satisfiable', 'The range lies outside the archive', { cause: error })
  }
}

const keyOf = (id: string): string => `staging/${id}`

function parsePlace(staging: string): Place | null {
  const match = /^([0-9a-f]{32})\.(\d+)\.(.+)$/.exec(staging)
  if (!match?.[1] || !match[2] || !match[3]) return null
  return { key: keyOf(match[1]), size: Number(match[2]), uploadId: match[3] }
}

function placeOf(staging: string): Place {
  return parsePlace(staging) ?? gone()
}

async function assembled(bucket: R2Bucket, staging: string) {
  return (await bucket.get(placeOf(staging).key)) ?? gone()
}

function checkComplete(place: Place, parts: readonly PartReceipt[]): void {
  const numbers = new Set(parts.map(({ part }) => part))
  const known = [...numbers].every((part) => uploadPartBytes(place.size, part) !== null)
  if (!known || numbers.size !== uploadPartCount(place.size)) {
    throw new RbeeError('upload_incomplete', 'Parts of the upload are missing')
  }
}

/** Ending an upload that has ended already is no error. */
async function abort(upload: R2MultipartUpload): Promise<void> {
  try {
    await translated(() => upload.abort())
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof RbeeError && error.code === 'upload_not_found'
}

async function* listArchives(bucket: R2Bucket): AsyncIterable<Sha256> {
  let cursor: string | undefined
  do {
    const page = await bucket.list({ prefix: ARCHIVES, cursor })
    for (const object of page.objects) {
      const sha256 = sha256Schema.safeParse(object.key.slice(object.key.lastIndexOf('/') + 1))
      if (sha256.success) yield sha256.data
    }
    cursor = page.truncated ? page.cursor : undefined
  } while (cursor !== undefined)
}

function gone(): never {
  throw new RbeeError('upload_not_found', 'The staging place of the upload is gone', {
    next: 'Start the upload again',
  })
}
