import { graceEnd, type ReadLease } from '@rbee/licences'
import { type LicenseRefusal, type LicenseState, timeText } from './guard.ts'

/** By how much a clock may be set back without a question, in milliseconds: time servers correct less. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

/** The lease that was handed to a worker, read with the keys of its author; null where there is none. */
export type Reading = ReadLease | null

/**
 * What a lease is worth.
 *
 * @param now in milliseconds since 1970.
 * @param highest the latest moment that this machine's clock is known to have shown, the same.
 */
export function licenseState(reading: Reading, worker: string, now: number, highest: number): LicenseState {
  if (reading === null) return refused(worker, 'no_lease')
  const { fault, claims } = reading
  if (claims === null) return refused(worker, fault)
  if (fault === 'other_machine') return refused(worker, fault)
  if (!claims.workers.some((licensed) => licensed === worker)) return refused(worker, 'other_worker')
  if (now < highest - CLOCK_TOLERANCE_MS) return clockBack(now, highest)
  if (fault === 'early') return clockBack(now, claims.iat * 1000)
  if (fault === null) return { name: 'valid', until: claims.exp * 1000 }
  const until = graceEnd(claims)
  return now < until ? { name: 'grace', until } : refused(worker, 'expired')
}

const WHY: Readonly<Record<LicenseRefusal, string>> = {
  no_lease: 'it was started without the lease of a licence',
  malformed: 'what lies in place of the lease of its licence is none',
  signature: 'the lease of its licence is of another registry than the one that sells it',
  other_machine: 'the lease of its licence is for another machine',
  other_worker: 'the licence is for other workers',
  expired: 'the lease of its licence and the grace behind it are over',
}

const NEXT: Readonly<Record<LicenseRefusal, string>> = {
  no_lease: 'add a licence with "rbee-hive license add", and start the worker with "rbee-hive run"',
  malformed: 'fetch a new lease with "rbee-hive license activate"',
  signature: 'add a licence of the registry that sells it with "rbee-hive license add"',
  other_machine: 'take a seat for this machine with "rbee-hive license activate"',
  other_worker: 'add a licence for this worker with "rbee-hive license add"',
  expired:
    'let this machine reach the registry, and run "rbee-hive license activate", which says if the licence ended',
}

function refused(worker: string, reason: LicenseRefusal): LicenseState {
  return { name: 'refused', reason, message: `${worker} does not serve: ${WHY[reason]}`, next: NEXT[reason] }
}

function clockBack(now: number, before: number): LicenseState {
  return {
    name: 'clock_back',
    message: `the clock of this machine shows ${timeText(now)}, and it was ${timeText(before)} already`,
    next: 'set the clock; where it was ahead before and is right now, fetch a new lease with "rbee-hive license activate"',
  }
}
