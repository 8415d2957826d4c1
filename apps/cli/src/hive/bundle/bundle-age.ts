import { RbeeError } from '@rbee/schema'
import { formatDuration } from '../../program/terminal.ts'
import type { Bundle } from './open-bundle.ts'

/** Clocks of two machines differ. */
const AHEAD_MS = 10 * 60_000

/**
 * The moment at which what a bundle's registry signed is judged: when it was made. That is what the bundle says of itself; so
 * whoever made it can pass off what had expired for the longest age, and no longer. Fails with `bundle_expired`.
 */
export function momentOf({ path, index }: Bundle, now: number, maxAgeMs: number): number {
  const made = Date.parse(index.created_at)
  if (made > now + AHEAD_MS) {
    throw new RbeeError(
      'bundle_expired',
      `${path} says that it is made on ${index.created_at}, which is to come`,
      {
        next: 'set the clock of this machine',
      },
    )
  }
  if (now - made > maxAgeMs) {
    const [age, most] = [ageText(now - made), ageText(maxAgeMs)]
    throw new RbeeError('bundle_expired', `${path} is ${age} old, more than ${most}`, {
      next: 'make a new one where there is a network; or, if nothing newer can be had, take it with: --max-age TIME',
    })
  }
  return Math.min(made, now)
}

/** In days, where it is some of them. */
export function ageText(ms: number): string {
  const days = Math.floor(ms / 86_400_000)
  return days < 2 ? formatDuration(ms / 1000) : `${days} days`
}
