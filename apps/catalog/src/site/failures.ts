import type { Problem } from '@rbee/schema'
import { CONTENT_SECURITY_POLICY, failurePageText, SITE_ROUTES } from '@rbee/web'
import type { Answer } from '../http/answer.ts'
import type { Exchange } from '../http/exchange.ts'

/** Stands for the route in the log and the metrics where a request has none. */
export const UNROUTED = 'none'

/** Addresses that only programs ask for, and what lies below them. */
const OF_PROGRAMS = /^\/(?:v1|workers|pkgbuilds|arch|homebrew|sources|assets)(?:\/|$)/

/**
 * Whether a failure is shown as a page: to browsers, which say that they take HTML, at addresses of the site and at those
 * that nobody has.
 *
 * @param route the address as the router knows it.
 * @param path of a request that may have found no route; null where it found one.
 */
export function isForPeople(exchange: Pick<Exchange, 'field'>, route: string, path: string | null): boolean {
  if (!exchange.field('accept')?.includes('text/html')) return false
  if (Object.hasOwn(SITE_ROUTES, route)) return route !== '/assets/:file'
  return route === UNROUTED && path !== null && !OF_PROGRAMS.test(path)
}

const encoder = new TextEncoder()

/** The same failure as a page, with the header fields that its status wants. */
export function failurePage(problem: Problem, answer: Answer): Answer {
  return {
    status: answer.status,
    headers: {
      ...answer.headers,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    },
    body: encoder.encode(failurePageText(problem)),
  }
}
