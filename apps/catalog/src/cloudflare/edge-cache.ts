/** Below these addresses lie documents: bytes that were written before anybody asked, or are made of such alone. */
const DOCUMENTS = ['/v1/workers', '/workers', '/pkgbuilds', '/v1/catalog', '/v1/stats', '/v1/log']

/**
 * Whether Cloudflare's cache may answer a request, as far as the request decides it; the answer says the rest in
 * Cache-Control. Left out is what the Worker has to see or what is not told by the address alone:
 *
 * - archives, whose downloads are counted, and ranges, for which a cache would ask for everything;
 * - what depends on a field of the request: the token, the page that asks, the format or the tag that is wanted.
 */
export function isForCache({ method, url, headers }: Pick<Request, 'method' | 'url' | 'headers'>): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (['authorization', 'range', 'origin', 'if-match'].some((field) => headers.has(field))) return false
  const { pathname } = new URL(url)
  if (pathname.endsWith('/download')) return false
  return DOCUMENTS.some((document) => pathname === document || pathname.startsWith(`${document}/`))
}
