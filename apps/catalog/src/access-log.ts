import type { AnsweredRequest } from './answered-request.ts'
import { loggedNetwork } from './http/client-network.ts'

/** What a log holds of a request. */
export interface AccessFields {
  readonly request_id: string
  readonly method: string
  readonly path: string
  readonly route: string
  readonly status: number
  readonly bytes: number
  readonly duration_ms: number
  /** The network of the client; null where it is not known. */
  readonly client: string | null
  /** Only where the connection ended before the answer did. */
  readonly aborted?: true
}

/**
 * What may be logged of a request. Never what a client may keep secret: neither query nor fields of the request, no whole
 * address of the client, and of its path only what looks like an address of this server.
 */
export function accessFields(answered: AnsweredRequest): AccessFields {
  const { id, method, path, route, status, bytes, milliseconds, client, aborted } = answered
  const fields = {
    request_id: id,
    method,
    path: loggedPath(path),
    route,
    status,
    bytes,
    duration_ms: Math.round(milliseconds * 1000) / 1000,
    client: loggedNetwork(client),
  }
  return aborted ? { ...fields, aborted: true } : fields
}

const MAX_PATH = 300
/** Ids, versions, digests: what addresses of this server are made of. */
const PLAIN_PATH = /^[a-z0-9./+-]*$/
const PLAIN_SEGMENT = /^(?:[a-z0-9.+-]+|[\w.+-]{1,24})$/
const HIDDEN = '[hidden]'

/**
 * The path with everything hidden that may be a secret: long random text, tokens, and what is percent-encoded, which no
 * address of this server needs.
 */
export function loggedPath(path: string): string {
  if (path.length <= MAX_PATH && PLAIN_PATH.test(path)) return path
  const segments = path.split('/').map((segment) => (isPlain(segment) ? segment : HIDDEN))
  const shown = segments.join('/')
  return shown.length > MAX_PATH ? `${shown.slice(0, MAX_PATH)}…` : shown
}

function isPlain(segment: string): boolean {
  return segment === '' || (PLAIN_SEGMENT.test(segment) && !/^rbee_[a-z]+_/i.test(segment))
}
