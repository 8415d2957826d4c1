import { createHash } from 'node:crypto'

/** The least that every part but the last must have, in bytes. */
const PART_MIN_BYTES = 5 * 2 ** 20

export interface S3Object {
  readonly body: Buffer
  readonly etag: string
  readonly contentType: string
  readonly cacheControl: string
}

export type ObjectHeaders = Pick<S3Object, 'contentType' | 'cacheControl'>

interface Multipart {
  readonly key: string
  readonly headers: ObjectHeaders
  readonly parts: Map<number, { readonly body: Buffer; readonly etag: string }>
}

/** Objects and unfinished multipart uploads. Failures are codes of S3. */
export class S3Bucket {
  readonly objects = new Map<string, S3Object>()
  readonly #uploads = new Map<string, Multipart>()
  #opened = 0

  /** How many multipart uploads were neither completed nor aborted. */
  get openUploads(): number {
    return this.#uploads.size
  }

  put(key: string, body: Buffer, headers: ObjectHeaders, etag = `"${md5(body)}"`): string {
    this.objects.set(key, { body, etag, ...headers })
    return etag
  }

  openUpload(key: string, headers: ObjectHeaders): string {
    this.#opened += 1
    // Stores use letters that must be encoded in an address.
    const id = `up/load+${this.#opened}==`
    this.#uploads.set(id, { key, headers, parts: new Map() })
    return id
  }

  putPart(id: string, key: string, part: number, body: Buffer): { etag: string } | { code: string } {
    const upload = this.#uploads.get(id)
    if (upload?.key !== key) return { code: 'NoSuchUpload' }
    const etag = `"${md5(body)}"`
    upload.parts.set(part, { body, etag })
    return { etag }
  }

  complete(
    id: string,
    key: string,
    listed: readonly { part: number; etag: string }[],
  ): { etag: string } | { code: string } {
    const upload = this.#uploads.get(id)
    if (upload?.key !== key) return { code: 'NoSuchUpload' }
    if (listed.length === 0) return { code: 'MalformedXML' }
    if (listed.some(({ part }, index) => index > 0 && part <= (listed[index - 1]?.part ?? 0))) {
      return { code: 'InvalidPartOrder' }
    }
    const bodies: Buffer[] = []
    for (const { part, etag } of listed) {
      const stored = upload.parts.get(part)
      if (stored?.etag !== etag) return { code: 'InvalidPart' }
      bodies.push(stored.body)
    }
    if (bodies.slice(0, -1).some((body) => body.length < PART_MIN_BYTES)) return { code: 'EntityTooSmall' }
    this.#uploads.delete(id)
    const tags = listed.map(({ etag }) => Buffer.from(etag.slice(1, -1), 'hex'))
    return {
      etag: this.put(
        key,
        Buffer.concat(bodies),
        upload.headers,
        `"${md5(Buffer.concat(tags))}-${tags.length}"`,
      ),
    }
  }

  abort(id: string): boolean {
    return this.#uploads.delete(id)
  }

  /** Keys behind `after` that begin with `prefix`, in the order of their bytes. */
  list(prefix: string, after: string, limit: number): { keys: string[]; isTruncated: boolean } {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted()
    return { keys: keys.slice(0, limit), isTruncated: keys.length > limit }
  }
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex')
}
