import { XMLParser } from 'fast-xml-parser'
import { z } from 'zod'

// Everything is read as text: a key or a tag made of digits stays what it is. Entities are left alone, because listings are
// asked for with encoded keys.
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  processEntities: false,
  isArray: (name) => name === 'Contents',
})

const errorSchema = z.object({ Error: z.object({ Code: z.string().regex(/^[A-Za-z0-9.]{1,64}$/) }) })
const openedUploadSchema = z.object({
  InitiateMultipartUploadResult: z.object({ UploadId: z.string().min(1).max(1024) }),
})
const listingSchema = z.object({
  ListBucketResult: z.object({
    IsTruncated: z.stringbool().default(false),
    NextContinuationToken: z.string().optional(),
    Contents: z.array(z.object({ Key: z.string() })).default([]),
  }),
})

/** The code of an error document; null for any other text. */
export function readErrorCode(text: string): string | null {
  const result = errorSchema.safeParse(parsed(text))
  return result.success ? result.data.Error.Code : null
}

/** Fails with a plain Error for a body that is no such answer. */
export function readUploadId(text: string): string {
  return openedUploadSchema.parse(parsed(text)).InitiateMultipartUploadResult.UploadId
}

export interface Listing {
  readonly keys: readonly string[]
  /** Null on the last page. */
  readonly next: string | null
}

/** One page of keys. Fails with a plain Error for a body that is no listing. */
export function readListing(text: string): Listing {
  const { IsTruncated, NextContinuationToken, Contents } = listingSchema.parse(parsed(text)).ListBucketResult
  return {
    keys: Contents.map(({ Key }) => decodeURIComponent(Key)),
    next: IsTruncated && NextContinuationToken !== undefined ? NextContinuationToken : null,
  }
}

/** The body of the request that puts parts together, in the order of their numbers. */
export function completionXml(parts: readonly { readonly part: number; readonly tag: string }[]): string {
  const rows = parts.map(
    ({ part, tag }) => `<Part><PartNumber>${part}</PartNumber><ETag>${escaped(tag)}</ETag></Part>`,
  )
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${rows.join('')}</CompleteMultipartUpload>`
}

function parsed(text: string): unknown {
  try {
    return parser.parse(text)
  } catch (cause) {
    throw new Error('The object store answered something that is not XML', { cause })
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
