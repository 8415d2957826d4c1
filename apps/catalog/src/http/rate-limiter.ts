import type { Clock } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import type { RateLimitClass, RateLimits } from '../settings.ts'

/** How often each client asked within its current minute. */
export interface RateLimiter {
  /** Counts one request of `client`. Fails with `rate_limited` when it has used up its minute. */
  count(limitClass: RateLimitClass, client: string): void
}

const WINDOW_MS = 60_000
/**
 * Clients that are remembered per class: a few megabytes. Whoever commands more addresses than that is not stopped by
 * limits per address, and must not be able to use up the memory instead.
 */
const MAX_CLIENTS = 20_000

interface Window {
  readonly startedAt: number
  requests: number
}

/**
 * Counts in fixed windows: a client's minute begins with its first request, so that nobody waits longer than a minute.
 * When more clients than `maxClients` ask, those whose minute began first are forgotten.
 */
export function createRateLimiter(limits: RateLimits, clock: Clock, maxClients = MAX_CLIENTS): RateLimiter {
  const windows: Readonly<Record<RateLimitClass, Map<string, Window>>> = {
    list: new Map(),
    detail: new Map(),
    pkgbuild: new Map(),
    install: new Map(),
    oidc: new Map(),
    license: new Map(),
    page: new Map(),
    search: new Map(),
  }
  return {
    count(limitClass, client) {
      const now = clock()
      const window = currentWindow(windows[limitClass], client, now, maxClients)
      if (window.requests >= limits[limitClass]) {
        throw tooMany(limits[limitClass], window.startedAt + WINDOW_MS - now)
      }
      window.requests += 1
    },
  }
}

function currentWindow(
  windows: Map<string, Window>,
  client: string,
  now: number,
  maxClients: number,
): Window {
  const known = windows.get(client)
  if (known && isOpen(known, now)) return known
  // Deleted first, so that the map stays in the order in which the windows began.
  windows.delete(client)
  forgetOldest(windows, now, maxClients)
  const window = { startedAt: now, requests: 0 }
  windows.set(client, window)
  return window
}

/** A clock that was set back must not lock anybody out, so windows of the future are over as well. */
function isOpen({ startedAt }: Window, now: number): boolean {
  return startedAt <= now && now < startedAt + WINDOW_MS
}

/** Two at most for each one that is added: the map shrinks, and no request pays for many. */
function forgetOldest(windows: Map<string, Window>, now: number, maxClients: number): void {
  let left = 2
  for (const [client, window] of windows) {
    if (left === 0 || (isOpen(window, now) && windows.size < maxClients)) return
    windows.delete(client)
    left -= 1
  }
}

function tooMany(limit: number, waitMs: number): RbeeError {
  const seconds = Math.ceil(waitMs / 1000)
  return new RbeeError(
    'rate_limited',
    `More than ${limit} requests of this kind came from your address within a minute`,
    {
      next: `send the request again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}`,
      details: { retry_after: seconds },
    },
  )
}
