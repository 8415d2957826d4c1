import { ARCHIVE_CACHE_CONTROL, type ByteRange, type CatalogReader, readBlockedArchive } from '@rbee/registry'
import { RbeeError, type Sha256 } from '@rbee/schema'
import type { Context } from 'hono'
import type { Endpoint } from '../../endpoint.ts'
import { type Answer, emptyAnswer, type HeaderFields } from '../../http/answer.ts'
import { parseByteRange } from '../../http/byte-range.ts'
import { matchesAnyTag, matchesStrongTag } from '../../http/entity-tags.ts'
import { pathParameter, SHA256 } from '../../http/parameters.ts'
import { isCountedDownload } from './counted.ts'

export const getBlob: Endpoint = {
  operation: {
    id: 'getBlob',
    tag: 'Downloads',
    summary: 'Get the bytes of an archive',
    description: 'Never changes. Answers single byte ranges; several at once get the whole archive.',
    parameters: [SHA256],
    answers: [
      { status: 200, description: 'The archive', content: { mediaType: 'application/octet-stream' } },
      { status: 206, description: 'The range', content: { mediaType: 'application/octet-stream' } },
    ],
    errors: ['invalid_digest', 'blob_not_found', 'quarantined', 'range_not_satisfiable'],
  },
  async handle(context, { reader, exchangeOf, countDownload }) {
    const sha256 = pathParameter(context, SHA256)
    await assertNotBlocked(reader, sha256)
    const etag = `"${sha256}"`
    if (needsNoBytes(context, etag)) return describeBlob(reader, sha256, etag)
    const range = await askedRange(context, reader, sha256, etag)
    const opened = await reader.openArchive(sha256, range ?? undefined)
    if (!opened) throw blobNotFound(sha256)
    if (countDownload && isCountedDownload(context, range)) countDownload(sha256, exchangeOf(context).client)
    if (range === null) return { status: 200, headers: blobHeaders(etag, opened.size), body: opened.body }
    const headers = {
      ...blobHeaders(etag, range.end - range.start + 1),
      'Content-Range': `bytes ${range.start}-${range.end}/${opened.size}`,
    }
    return { status: 206, headers, body: opened.body }
  },
}

/** Who has the address of an archive, from before or by itself, is not handed the bytes of what may not run anywhere. */
async function assertNotBlocked(reader: CatalogReader, sha256: Sha256): Promise<void> {
  const stored = await reader.document({ kind: 'blocked-archive', sha256 })
  if (stored === null) return
  const { worker, version, reason } = readBlockedArchive(stored.body)
  throw new RbeeError(
    'quarantined',
    `The archive is of ${worker} ${version}, which is quarantined: ${reason}`,
    {
      next: `see other releases at /v1/workers/${worker}/versions`,
      details: { worker, version, reason },
    },
  )
}

/** HEAD, and clients that have the archive or want another: opening it would hold a file for nothing. */
function needsNoBytes(context: Context, etag: string): boolean {
  if (context.req.raw.method === 'HEAD') return true
  const known = context.req.header('if-none-match')
  const wanted = context.req.header('if-match')
  return (
    (known !== undefined && matchesAnyTag(known, etag)) ||
    (wanted !== undefined && !matchesStrongTag(wanted, etag))
  )
}

async function describeBlob(reader: CatalogReader, sha256: Sha256, etag: string): Promise<Answer> {
  const size = await reader.archiveSize(sha256)
  if (size === null) throw blobNotFound(sha256)
  return { ...emptyAnswer(200), headers: blobHeaders(etag, size) }
}

/** The range to send, or null for everything; fails with `range_not_satisfiable`. */
async function askedRange(
  context: Context,
  reader: CatalogReader,
  sha256: Sha256,
  etag: string,
): Promise<ByteRange | null> {
  const field = context.req.header('range')
  if (field === undefined || !ifRangeHolds(context.req.header('if-range'), etag)) return null
  const size = await reader.archiveSize(sha256)
  if (size === null) throw blobNotFound(sha256)
  const range = parseByteRange(field, size)
  if (range === 'whole') return null
  if (range === 'unsatisfiable') {
    throw new RbeeError('range_not_satisfiable', `The archive has ${size} bytes`, { details: { size } })
  }
  return range
}

/** RFC 9110, 13.1.5: only a strong tag that is equal holds; dates never do, because none is sent. */
function ifRangeHolds(field: string | undefined, etag: string): boolean {
  return field === undefined || field.trim() === etag
}

function blobHeaders(etag: string, length: number): HeaderFields {
  return {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(length),
    'Cache-Control': ARCHIVE_CACHE_CONTROL,
    'Accept-Ranges': 'bytes',
    ETag: etag,
  }
}

function blobNotFound(sha256: Sha256): RbeeError {
  return new RbeeError('blob_not_found', `No archive has the SHA-256 ${sha256}`)
}
