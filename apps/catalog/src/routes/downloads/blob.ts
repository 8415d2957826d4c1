import { ARCHIVE_CACHE_CONTROL, type ByteRange, type CatalogReader, readBlockedArchive } from '@rbee/registry'
import { RbeeError, type Sha256 } from '@rbee/schema'
import type { Context } from 'hono'
import type { Endpoint } from '../../endpoint.ts'
import { type Answer, emptyAnswer, type HeaderFields } from '../../http/answer.ts'
import { parseByteRange } from '../../http/byte-range.ts'
import { matchesAnyTag, matchesStrongTag } from '../../http/entity-tags.ts'
import { EXPIRES, pathParameter, queryParameter, SHA256, SIGNATURE } from '../../http/parameters.ts'
import type { Services } from '../../services.ts'
import { countHandedOut } from './counted.ts'
import { assertLicensed, LICENSED_CACHE_CONTROL, licensedArchive } from './licensed.ts'

/** A redirect is followed at once, and who goes on later asks again: what was quarantined meanwhile is refused then. */
const REDIRECT_SECONDS = 300

export const getBlob: Endpoint = {
  operation: {
    id: 'getBlob',
    tag: 'Downloads',
    summary: 'Get the bytes of an archive',
    description:
      'Never changes. Answers single byte ranges; several at once get the whole archive. What is sold needs an address that `download` answered, or a licence in `Authorization`.',
    parameters: [SHA256, EXPIRES, SIGNATURE],
    answers: [
      { status: 200, description: 'The archive', content: { mediaType: 'application/octet-stream' } },
      { status: 206, description: 'The range', content: { mediaType: 'application/octet-stream' } },
      {
        status: 302,
        description: 'Redirect to the object store, for what is sold; no licence is sent there',
      },
    ],
    errors: [
      'invalid_digest',
      'blob_not_found',
      'quarantined',
      'license_required',
      'license_refused',
      'range_not_satisfiable',
    ],
  },
  async handle(context, services) {
    const { reader, archiveLinks } = services
    const sha256 = pathParameter(context, SHA256)
    await assertNotBlocked(reader, sha256)
    const openedBy = await assertOpen(context, services, sha256)
    const etag = `"${sha256}"`
    const blobHeaders = (length: number) => headersOf(etag, length, openedBy !== null)
    if (needsNoBytes(context, etag)) return describeBlob(reader, sha256, blobHeaders)
    const range = await askedRange(context, reader, sha256, etag)
    if (openedBy === 'licence' && archiveLinks !== null) {
      countHandedOut(context, services, sha256, range)
      const link = await archiveLinks.linkTo(sha256, { seconds: REDIRECT_SECONDS, fileName: null })
      return emptyAnswer(302, { Location: link, 'Cache-Control': LICENSED_CACHE_CONTROL })
    }
    const opened = await reader.openArchive(sha256, range ?? undefined)
    if (!opened) throw blobNotFound(sha256)
    countHandedOut(context, services, sha256, range)
    if (range === null) return { status: 200, headers: blobHeaders(opened.size), body: opened.body }
    const headers = {
      ...blobHeaders(range.end - range.start + 1),
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

/**
 * Fails with `license_required` or `license_refused` for bytes that are sold, unless the address was signed for who asks, or the
 * request carries a licence: package managers know the plain address only.
 *
 * @returns what opened them; null for bytes that everybody is handed.
 */
async function assertOpen(
  context: Context,
  services: Services,
  sha256: Sha256,
): Promise<'address' | 'licence' | null> {
  const sold = await licensedArchive(services, sha256)
  if (sold === null) return null
  const expires = queryParameter(context, EXPIRES)
  const signature = queryParameter(context, SIGNATURE)
  const isSigned =
    expires !== null &&
    signature !== null &&
    services.registry.isSignedDownload(sha256, { expires, signature })
  if (isSigned) return 'address'
  await assertLicensed(context, services, sold)
  return 'licence'
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

async function describeBlob(
  reader: CatalogReader,
  sha256: Sha256,
  blobHeaders: (length: number) => HeaderFields,
): Promise<Answer> {
  const size = await reader.archiveSize(sha256)
  if (size === null) throw blobNotFound(sha256)
  return { ...emptyAnswer(200), headers: blobHeaders(size) }
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

function headersOf(etag: string, length: number, isSold: boolean): HeaderFields {
  return {
    'Content-Type': 'application/octet-stream',
    'Content-Length': String(length),
    'Cache-Control': isSold ? LICENSED_CACHE_CONTROL : ARCHIVE_CACHE_CONTROL,
    'Accept-Ranges': 'bytes',
    ETag: etag,
  }
}

function blobNotFound(sha256: Sha256): RbeeError {
  return new RbeeError('blob_not_found', `No archive has the SHA-256 ${sha256}`)
}
