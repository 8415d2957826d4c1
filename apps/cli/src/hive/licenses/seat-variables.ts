import { join } from 'node:path'
import type { WorkerId } from '@rbee/schema'
import type { HeldSeat, SeatFolder } from './held-seat.ts'

/**
 * With what a premium worker finds the lease of its seat: where it is written anew at each heartbeat, the machine that it is for,
 * and where the worker itself may keep what it has seen of the time.
 */
export function seatVariables(
  { path, lease }: SeatFolder,
  worker: WorkerId,
  { fingerprint }: Pick<HeldSeat, 'fingerprint'>,
): Readonly<Record<string, string>> {
  return {
    RBEE_LICENSE_LEASE_FILE: lease,
    RBEE_LICENSE_FINGERPRINT: fingerprint,
    RBEE_LICENSE_STATE_FILE: join(path, `${worker}.state`),
  }
}
