import { type DocumentStore, documentHeaders, documentPath, type Expectation } from '@rbee/registry'
import { bodyOf, type S3Client } from './client.ts'
import { wasRefused } from './refusal.ts'

/**
 * Documents as objects of a bucket. Tags are the store's own, and conditions are its `If-Match` and `If-None-Match`.
 *
 * An answer that was lost is asked for again, so that a conditional write may have happened and be reported as not
 * done; who writes on a condition reads and decides again then.
 */
export function s3DocumentStore(client: S3Client): DocumentStore {
  return {
    async get(key) {
      const response = await client.send({ method: 'GET', key: documentPath(key), expect: [404] })
      if (!response.ok) return null
      return { body: new Uint8Array(await response.arrayBuffer()), etag: tagOf(response) }
    },
    async put(key, body, expected) {
      const { contentType, cacheControl } = documentHeaders(key.kind)
      try {
        const response = await client.send({
          method: 'PUT',
          key: documentPath(key),
          headers: {
            'content-type': contentType,
            'cache-control': cacheControl,
            ...(expected && conditionOf(expected)),
          },
          body: bodyOf(body),
          // 404 answers the tag of what does not exist any more.
          expect: expected ? [404, 412] : [],
        })
        if (!response.ok) return null
        await response.arrayBuffer()
        return tagOf(response)
      } catch (error) {
        if (expected && wasRefused(error, 'ConditionalRequestConflict')) return null
        throw error
      }
    },
    async delete(key) {
      await deleteObject(client, documentPath(key))
    },
  }
}

/** Deleting what does not exist is no error of most stores, and a 404 of some. */
export async function deleteObject(client: S3Client, key: string): Promise<void> {
  const response = await client.send({ method: 'DELETE', key, expect: [404] })
  if (response.ok) await response.arrayBuffer()
}

export function conditionOf({ etag }: Expectation): Record<string, string> {
  return etag === null ? { 'if-none-match': '*' } : { 'if-match': etag }
}

export function tagOf(response: Response): string {
  const etag = response.headers.get('etag')
  if (etag === null || !/^"[^"]+"$/.test(etag))
    throw new Error('The object store gave an object no strong ETag')
  return etag
}
