import type { StoredDocument } from '@rbee/registry'
import { type DocumentKey, documentHeaders } from '@rbee/registry'

export type HeaderFields = Readonly<Record<string, string>>

export type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null

/** What a route answers, as plain data: `finishAnswer` alone knows HTTP's common rules. */
export interface Answer {
  readonly status: number
  readonly headers: HeaderFields
  readonly body: Body
}

export const JSON_TYPE = 'application/json; charset=utf-8'
const NO_STORE = 'no-store'
/** For what is made out of documents: as short-lived as they are. */
export const SHORT_CACHE = documentHeaders('worker').cacheControl

const encoder = new TextEncoder()
const prepared = new WeakMap<StoredDocument, Answer>()

/** A stored document as it is. Its answer is made once and lives as long as the document stays in memory. */
export function documentAnswer(kind: DocumentKey['kind'], document: StoredDocument): Answer {
  const known = prepared.get(document)
  if (known) return known
  const { contentType, cacheControl } = documentHeaders(kind)
  const answer = {
    status: 200,
    headers: { 'Content-Type': contentType, 'Cache-Control': cacheControl, ETag: document.etag },
    body: new Uint8Array(document.body),
  }
  prepared.set(document, answer)
  return answer
}

/** JSON that must not be kept: answers of changes and of checks. */
export function jsonAnswer(value: unknown, status = 200, headers: HeaderFields = {}): Answer {
  return {
    status,
    headers: { 'Content-Type': JSON_TYPE, 'Cache-Control': NO_STORE, ...headers },
    body: encoder.encode(JSON.stringify(value)),
  }
}

/** A text or picture made on request, with a strong tag over its bytes so that asking again is cheap. */
export async function taggedAnswer(
  text: string | Uint8Array<ArrayBuffer>,
  contentType: string,
  headers: HeaderFields = {},
): Promise<Answer> {
  const body = typeof text === 'string' ? encoder.encode(text) : text
  return {
    status: 200,
    headers: {
      'Content-Type': contentType,
      'Cache-Control': SHORT_CACHE,
      ETag: `"${await sha256Base64(body)}"`,
      ...headers,
    },
    body,
  }
}

export function emptyAnswer(status: number, headers: HeaderFields = {}): Answer {
  return { status, headers: { 'Cache-Control': NO_STORE, ...headers }, body: null }
}

/** SHA-256 in Base64, the form that content security policies and short tags use. */
async function sha256Base64(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
}
