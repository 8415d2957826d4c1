export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** The form in which metadata states when it expires: UTC, whole seconds. */
export function expiry(now: number, lifetimeMs: number): string {
  return new Date(now + lifetimeMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
