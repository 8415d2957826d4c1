import type { HeaderFields } from './answer.ts'

/** On every answer. None of them depends on the request. */
export const SECURITY_HEADERS: HeaderFields = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-XSS-Protection': '1; mode=block',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=()',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  // Allowed origins get their own name back, so a shared cache must keep answers apart.
  Vary: 'Origin',
}

/** Pages of earlier and current marketplaces, which read the API from a browser. */
export const DEFAULT_ALLOWED_ORIGINS: readonly string[] = [
  ...[7836, 8500, 8501, 7843, 7844, 7845, 7822, 7823].map((port) => `http://localhost:${port}`),
  'https://rbee.dev',
  'https://docs.rbee.dev',
  'https://marketplace.rbee.dev',
]

const EXPOSED = 'ETag, Content-Length, Content-Range, Location, Retry-After, X-Request-Id'
const PREFLIGHT: HeaderFields = {
  'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range',
  'Access-Control-Max-Age': '86400',
}

const NO_FIELDS: readonly string[] = []

/**
 * The headers by which browsers let a page of another origin read the answer, names and values in turn; none for origins
 * that may not.
 */
export type CrossOrigin = (origin: string) => readonly string[]

/** Prepares the headers of every allowed origin once. Credentials are never allowed: the API has no cookies. */
export function crossOriginHeaders(allowed: readonly string[]): CrossOrigin {
  const byOrigin = new Map(
    allowed.map((origin) => [
      origin,
      ['Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', EXPOSED],
    ]),
  )
  return (origin) => byOrigin.get(origin) ?? NO_FIELDS
}

/** What a browser asks for before it sends a request that is not a simple one. */
export function preflightHeaders(allow: string): HeaderFields {
  return { ...PREFLIGHT, 'Access-Control-Allow-Methods': allow }
}
