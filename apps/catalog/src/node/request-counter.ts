import { createRateLimiter } from '../http/rate-limiter.ts'
import type { Services } from '../services.ts'
import { clientAddress } from './client-address.ts'
import type { NodeServerSettings } from './settings.ts'

/** Counts requests by the address they come from; null without limits. */
export function requestCounter({
  rateLimits,
  trustProxy = false,
  clock,
}: NodeServerSettings): Services['countRequest'] {
  if (!rateLimits) return null
  const limiter = createRateLimiter(rateLimits, clock)
  return (limitClass, context) => limiter.count(limitClass, clientAddress(context, trustProxy))
}
