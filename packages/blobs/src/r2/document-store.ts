import type { R2Bucket } from '@cloudflare/workers-types'
import { type DocumentStore, documentHeaders, documentPath, type Expectation } from '@rbee/registry'

/** Documents as objects of an R2 bucket. Tags are R2's own: the MD5 of the bytes. */
export function r2DocumentStore(bucket: R2Bucket): DocumentStore {
  return {
    async get(key) {
      const object = await bucket.get(documentPath(key))
      return object && { body: new Uint8Array(await object.arrayBuffer()), etag: object.httpEtag }
    },
    async put(key, body, expected) {
      const written = await bucket.put(documentPath(key), body, {
        httpMetadata: documentHeaders(key.kind),
        ...(expected && { onlyIf: conditionOf(expected) }),
      })
      return written?.httpEtag ?? null
    },
    async delete(key) {
      await bucket.delete(documentPath(key))
    },
  }
}

function conditionOf({ etag }: Expectation) {
  // R2 takes tags without their quotes; `*` matches whatever exists.
  return etag === null ? { etagDoesNotMatch: '*' } : { etagMatches: etag.slice(1, -1) }
}
