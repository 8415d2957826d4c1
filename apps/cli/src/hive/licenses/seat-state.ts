import type { HeldSeat } from './held-seat.ts'

/** How a licence's seat stands on this machine. Times are RFC 3339. */
export interface SeatState {
  /**
   * `none`: this machine has no seat; `active`: its lease is valid; `grace`: workers may go on while the registry is away; `ended`: it
   * has a lease no more.
   */
  readonly state: 'none' | 'active' | 'grace' | 'ended'
  readonly kind: HeldSeat['kind'] | null
  readonly lease_expires_at: string | null
  readonly grace_ends_at: string | null
  readonly renewed_at: string | null
  readonly seats: HeldSeat['seats'] | null
  readonly problem: HeldSeat['problem']
}

/** @param seat null where none is recorded here, or another machine's. @param now in milliseconds since the epoch. */
export function seatState(seat: HeldSeat | null, now: number): SeatState {
  if (seat === null) {
    return {
      ...{ state: 'none', kind: null, lease_expires_at: null, grace_ends_at: null, renewed_at: null },
      ...{ seats: null, problem: null },
    }
  }
  const { kind, lease_expires_at, grace_ends_at, renewed_at, seats, problem } = seat
  const isValid = Date.parse(lease_expires_at) > now
  const inGrace = Date.parse(grace_ends_at) > now
  const state = isValid ? 'active' : inGrace ? 'grace' : 'ended'
  return { state, kind, lease_expires_at, grace_ends_at, renewed_at, seats, problem }
}

/** In a few words. */
export function describeSeatState({
  state,
  kind,
  lease_expires_at,
  grace_ends_at,
  problem,
}: SeatState): string {
  const floating = kind === 'floating' ? 'floating, ' : ''
  const why = problem === null ? '' : ` (${problem.code})`
  switch (state) {
    case 'none':
      return 'none'
    case 'active':
      return `${floating}until ${minute(lease_expires_at)}${why}`
    case 'grace':
      return `${floating}grace until ${minute(grace_ends_at)}${why}`
    case 'ended':
      return `${floating}ended ${minute(lease_expires_at)}${why}`
  }
}

/** To the minute, in universal time. */
function minute(time: string | null): string {
  return time === null ? 'never' : `${time.slice(0, 16).replace('T', ' ')}Z`
}
