import { fakeClock } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts'

const LIMITS = { list: 2, detail: 1, pkgbuild: 1, install: 1, oidc: 1, license: 1, page: 1, search: 1 }

/** Seconds to wait; null for a request that is let through. */
function wait(limiter: RateLimiter, client: string, limitClass: keyof typeof LIMITS = 'list'): unknown {
  try {
    limiter.count(limitClass, client)
    return null
  } catch (error) {
    expect(error).toMatchObject({ code: 'rate_limited', next: expect.stringContaining('second') })
    return (error as { details: Record<string, unknown> }).details.retry_after
  }
}

describe('createRateLimiter', () => {
  it('lets a client go on when its minute is over', () => {
    const clock = fakeClock()
    const limiter = createRateLimiter(LIMITS, clock)
    expect(wait(limiter, 'a')).toBeNull()
    clock.advance(15_500)
    expect(wait(limiter, 'a')).toBeNull()
    expect(wait(limiter, 'a')).toBe(45)
    clock.advance(44_499)
    expect(wait(limiter, 'a')).toBe(1)
    clock.advance(1)
    expect(wait(limiter, 'a')).toBeNull()
  })

  it('counts clients and classes by themselves', () => {
    const limiter = createRateLimiter(LIMITS, fakeClock())
    expect([wait(limiter, 'a'), wait(limiter, 'a'), wait(limiter, 'a')]).toEqual([null, null, 60])
    expect(wait(limiter, 'b')).toBeNull()
    expect(wait(limiter, 'a', 'detail')).toBeNull()
    expect(wait(limiter, 'a', 'detail')).toBe(60)
  })

  it('forgets those whose minute began first when too many ask', () => {
    const clock = fakeClock()
    const limiter = createRateLimiter(LIMITS, clock, 3)
    for (const client of ['a', 'b', 'c', 'd']) {
      expect([wait(limiter, client, 'detail'), wait(limiter, client, 'detail')]).toEqual([null, 60])
      clock.advance(1_000)
    }
    expect(wait(limiter, 'c', 'detail')).toBe(58)
    expect(wait(limiter, 'a', 'detail')).toBeNull()
  })

  it('locks nobody out when the clock is set back', () => {
    const clock = fakeClock()
    const limiter = createRateLimiter(LIMITS, clock)
    expect(wait(limiter, 'a', 'detail')).toBeNull()
    clock.advance(-3_600_000)
    expect(wait(limiter, 'a', 'detail')).toBeNull()
    expect(wait(limiter, 'a', 'detail')).toBe(60)
  })
})
