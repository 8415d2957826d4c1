import { statedClaims } from '@rbee/licences'
import { RbeeError, type WorkerId } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import type { HiveHome } from '../home.ts'
import { askForSeat, releaseHeldSeat } from './ask-for-seat.ts'
import { fittingLicenses } from './fitting-licenses.ts'
import { type HeldSeat, noteProblem, readHeldSeat, type SeatFolder, seatFolder } from './held-seat.ts'
import { fingerprintOf, machineId } from './machine-id.ts'
import { seatUsers } from './seat-users.ts'
import { seatVariables } from './seat-variables.ts'

/** In milliseconds. */
export interface KeeperTimes {
  /** A start, or an end, waits no longer for a registry that does not answer. */
  readonly patience: number
  /** A registry that is away is asked again this often. */
  readonly retry: number
  /** Whatever a registry says, it is asked no more often. */
  readonly heartbeatMin: number
  /** Nor less often. */
  readonly heartbeatMax: number
}

const TIMES: KeeperTimes = {
  patience: 5_000,
  retry: 60_000,
  heartbeatMin: 1_000,
  heartbeatMax: 24 * 3_600_000,
}

export interface KeeperSurroundings extends Pick<CommandContext, 'env' | 'cwd' | 'clock'> {
  readonly tell: (line: string) => void
  /** Left out by all but tests. */
  readonly times?: KeeperTimes
}

/** The first licence of which there is a seat; else one whose lease is kept here. Null where no licence is here. */
export async function chooseSeat(
  home: HiveHome,
  id: WorkerId,
  registry: string,
  surroundings: KeeperSurroundings,
): Promise<KeptSeat | null> {
  const tokens = await fittingLicenses(registry, home, surroundings, id)
  const [preferred] = tokens
  if (preferred === undefined) {
    surroundings.tell(
      `${id} is for who has a licence, and there is none of it here; add one: rbee-hive license add`,
    )
    return null
  }
  const seats = await Promise.all(
    tokens.map((token) => KeptSeat.open(home, id, registry, token, surroundings)),
  )
  const failures: RbeeError[] = []
  for (const seat of seats) {
    const failure = await seat.begin()
    if (failure === null) return seat
    failures.push(failure)
  }
  const exhausted = failures.find(({ code }) => code === 'seats_exhausted')
  const fallback = seats.find((seat) => seat.hasLease) ?? seats[0]
  if (exhausted !== undefined && fallback?.hasLease !== true) throw exhausted
  await fallback?.goOn()
  return fallback ?? null
}

/** One licence's seat, as long as a worker runs. */
export class KeptSeat {
  readonly #home: HiveHome
  readonly #worker: WorkerId
  readonly #registry: string
  readonly #token: string
  readonly #fingerprint: string
  readonly #folder: SeatFolder
  readonly #surroundings: KeeperSurroundings
  readonly #times: KeeperTimes
  #seat: HeldSeat | null
  #timer: NodeJS.Timeout | null = null
  #leave: (() => Promise<{ others: boolean }>) | null = null
  #told: string | null = null
  #asking: Promise<unknown> | null = null
  #ended = false

  private constructor(
    place: { home: HiveHome; worker: WorkerId; registry: string; token: string; fingerprint: string },
    folder: SeatFolder,
    seat: HeldSeat | null,
    surroundings: KeeperSurroundings,
  ) {
    this.#home = place.home
    this.#worker = place.worker
    this.#registry = place.registry
    this.#token = place.token
    this.#fingerprint = place.fingerprint
    this.#folder = folder
    this.#seat = seat
    this.#surroundings = surroundings
    this.#times = surroundings.times ?? TIMES
  }

  static async open(
    home: HiveHome,
    worker: WorkerId,
    registry: string,
    token: string,
    surroundings: KeeperSurroundings,
  ): Promise<KeptSeat> {
    const license = statedClaims(token)?.jti ?? ''
    const fingerprint = fingerprintOf(license, await machineId(home))
    const folder = seatFolder(home, registry, license)
    const seat = await readHeldSeat(folder)
    // A home that was copied from another machine holds that one's seat.
    const own = seat?.fingerprint === fingerprint ? seat : null
    return new KeptSeat({ home, worker, registry, token, fingerprint }, folder, own, surroundings)
  }

  /** Whether a lease is kept here that may still be good for something. */
  get hasLease(): boolean {
    if (this.#seat === null) return false
    return Date.parse(this.#seat.grace_ends_at) > this.#surroundings.clock()
  }

  variables(): Readonly<Record<string, string>> {
    return seatVariables(this.#folder, this.#worker, { fingerprint: this.#fingerprint })
  }

  /** Asks for the seat, and keeps it from then on. @returns why there is none. */
  async begin(): Promise<RbeeError | null> {
    const failure = await this.#ask()
    if (failure === null) await this.goOn()
    return failure
  }

  /** Keeps asking: a registry that is away comes back, and a licence may be extended. */
  async goOn(): Promise<void> {
    this.#leave = await seatUsers(this.#folder).enter()
    this.#schedule()
  }

  async end(): Promise<void> {
    this.#ended = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    // A heartbeat that is under way would take a seat again that was given back.
    await this.#asking
    const left = await this.#leave?.()
    if (left?.others !== false || this.#seat?.kind !== 'floating') return
    await this.#guarded(async (asker) => {
      await releaseHeldSeat(asker, this.#token)
    })
  }

  #schedule(): void {
    if (this.#ended) return
    this.#timer = setTimeout(() => {
      this.#asking = this.#ask()
        .catch((error: unknown) => this.#surroundings.tell(`its seat could not be renewed: ${String(error)}`))
        .finally(() => this.#schedule())
    }, this.#untilNext())
    this.#timer.unref()
  }

  /** In milliseconds. */
  #untilNext(): number {
    const { retry, heartbeatMin, heartbeatMax } = this.#times
    if (this.#seat === null) return retry
    const heartbeat = this.#seat.heartbeat_seconds * 1000
    const usual = Math.min(Math.max(heartbeat, heartbeatMin), heartbeatMax)
    return this.#told === null ? usual : Math.min(usual, retry)
  }

  /** @returns why there is no new lease; told to people once. */
  async #ask(): Promise<RbeeError | null> {
    const failure = await this.#guarded(async (asker) => {
      this.#seat = await this.#renewed(asker)
    })
    if (failure === null) {
      if (this.#told !== null) this.#surroundings.tell('its licence is in order again')
      this.#told = null
      return null
    }
    const isOver = endsSeat(failure)
    if (this.#seat !== null) await this.#note(this.#seat, failure, isOver)
    const line = this.#describe(failure, isOver)
    if (line !== this.#told) this.#surroundings.tell(line)
    this.#told = line
    return failure
  }

  /** A seat of which the registry has lost track is taken anew; one that an operator took away is not. */
  async #renewed(asker: Parameters<typeof askForSeat>[0]): Promise<HeldSeat> {
    if (this.#seat === null) return askForSeat(asker, this.#token, { kind: 'activate' })
    try {
      return await askForSeat(asker, this.#token, { kind: 'heartbeat' })
    } catch (error) {
      const isUnknown =
        error instanceof RbeeError && error.code === 'seat_not_found' && error.details.reason === 'unknown'
      if (!isUnknown) throw error
      return askForSeat(asker, this.#token, { kind: 'activate' })
    }
  }

  async #note(seat: HeldSeat, { code, message }: RbeeError, isOver: boolean): Promise<void> {
    const at = new Date(this.#surroundings.clock()).toISOString()
    const problem = { code, message, at }
    const ends = isOver ? { lease_expires_at: at, grace_ends_at: at } : {}
    this.#seat = { ...seat, ...ends, problem }
    await noteProblem(this.#folder, this.#seat, isOver)
  }

  #describe({ message, next }: RbeeError, isOver: boolean): string {
    if (isOver || this.#seat === null) return `its licence: ${message}${next ? `; ${next}` : ''}`
    const until = this.#seat.grace_ends_at.slice(0, 16).replace('T', ' ')
    return `its licence could not be renewed: ${message}; with the lease that is here it may run until ${until}Z`
  }

  /** Does something with the registry, for so long as a start or an end may wait. @returns what it failed with. */
  async #guarded(
    work: (asker: Parameters<typeof askForSeat>[0]) => Promise<void>,
  ): Promise<RbeeError | null> {
    const { env, clock } = this.#surroundings
    const signal = AbortSignal.timeout(this.#times.patience)
    try {
      const { client } = await connectRegistry({ env, signal }, this.#registry)
      await work({ home: this.#home, registry: this.#registry, client, clock })
      return null
    } catch (error) {
      if (error instanceof RbeeError) return error
      if (signal.aborted) return new RbeeError('registry_unreachable', `${this.#registry} does not answer`)
      throw error
    }
  }
}

/**
 * Whether the registry itself says that the machine has no seat any more. What else it fails with may be a registry that lost its
 * rows, or somebody in between, and the grace of a lease is for just that.
 */
function endsSeat({ code, details }: RbeeError): boolean {
  if (code === 'seats_exhausted' || code === 'seat_not_found') return true
  return code === 'license_refused' && (details.reason === 'revoked' || details.reason === 'expired')
}
