import { statedClaims } from '@rbee/licences'
import { RbeeError, type ReleaseDocument, type WorkerId } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import type { HiveHome } from '../home.ts'
import { askForSeat } from './ask-for-seat.ts'
import { fittingLicenses } from './fitting-licenses.ts'
import { type HeldSeat, seatFolder } from './held-seat.ts'
import { keepLicense, readKeptLicenses } from './kept-licenses.ts'
import { seatVariables } from './seat-variables.ts'

/** Takes a seat for a worker that is about to be installed; gives the variables with which its self-test finds the lease. */
export type TakeSeat = (
  release: Pick<ReleaseDocument, 'worker' | 'distribution'>,
) => Promise<Readonly<Record<string, string>>>

/** What a registry answers that knows nothing of seats. */
const NO_SEATS = new Set(['license_unavailable', 'not_found', 'license_not_found', 'method_not_allowed'])

/**
 * Takes a seat of the licence that was given or kept for a worker that is sold, before any byte of it is fetched. A licence that
 * was given is kept from then on: the seat cannot be renewed or given back without it. Where no licence is good, nothing is taken,
 * and the registry says why when it is asked for the archive.
 *
 * Fails with `seats_exhausted`, and with what keeps the registry from answering.
 */
export function takeSeatAt(
  registry: string,
  home: HiveHome,
  context: Pick<CommandContext, 'env' | 'cwd' | 'signal' | 'clock' | 'terminal' | 'answers'>,
): TakeSeat {
  return async ({ worker, distribution }) => {
    // What comes from a bundle is asked of nobody.
    if (!distribution.requires_license || context.answers !== undefined) return {}
    const { env, signal, clock, terminal } = context
    const tokens = await fittingLicenses(registry, home, context, worker)
    if (tokens.length === 0) return {}
    const { client } = await connectRegistry({ env, signal }, registry)
    let exhausted: RbeeError | null = null
    for (const token of tokens) {
      try {
        const seat = await askForSeat({ home, registry, client, clock }, token, { kind: 'activate' })
        terminal.info(describeSeat(seat))
        await keepGiven(home, registry, token, terminal.info)
        return seatVariables(seatFolder(home, registry, seat.license_id), worker, seat)
      } catch (error) {
        if (!(error instanceof RbeeError)) throw error
        if (NO_SEATS.has(error.code)) return {}
        if (error.code === 'seats_exhausted') exhausted ??= error
        else if (error.code !== 'license_refused' || error.details.reason === 'clock') throw error
      }
    }
    if (exhausted !== null) throw exhausted
    return {}
  }
}

async function keepGiven(
  home: HiveHome,
  registry: string,
  token: string,
  tell: (line: string) => void,
): Promise<void> {
  const id = statedClaims(token)?.jti
  const kept = await readKeptLicenses(home)
  if (kept.some(({ license }) => license.registry === registry && license.id === id)) return
  await keepLicense(home, registry, token)
  tell(`the licence is kept, to renew its seat; remove it with: rbee-hive license remove ${id}`)
}

function describeSeat({ license_id, kind, seats: { total, used } }: HeldSeat): string {
  const which = kind === 'floating' ? 'a floating seat' : 'a seat'
  const count = total === null ? '' : `; ${used} of ${total} in use`
  return `this machine has ${which} of the licence ${license_id}${count}`
}

/** Says so in a plan, before anything is done. */
export function seatWarning(worker: WorkerId) {
  return {
    code: 'license_seat',
    message: `${worker} is for who has a licence: installing it takes a seat of the licence for this machine`,
  }
}
