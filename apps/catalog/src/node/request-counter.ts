import { createRateLimiter } from '../http/rate-limiter.ts'
import type { Services } from '../services.ts'
import type { NodeServerSettings } from './settings.ts'

/** Counts requests by client; null without limits. */
export function requestCounter({ rateLimits, clock }: NodeServerSettings): Services['countRequest'] {
  if (!rateLimits) return null
  const limiter = createRateLimiter(rateLimits, clock)
  return (limitClass, client) => limiter.count(limitClass, client)
}
