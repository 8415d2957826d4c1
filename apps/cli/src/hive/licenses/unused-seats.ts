import { RbeeError, type WorkerId } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import type { HiveHome } from '../home.ts'
import { listInstalled } from '../installed.ts'
import { releaseHeldSeat } from './ask-for-seat.ts'
import { seatAsker } from './choose-kept.ts'
import { readHeldSeats } from './held-seat.ts'
import { readKeptLicenses } from './kept-licenses.ts'

/** A seat that nothing here needs any more. */
export interface UnusedSeat {
  readonly license: string
  readonly released: boolean
}

/**
 * After a worker was removed: the seats of its licences which no other installed worker needs. They are given back where that is
 * wanted; else people are told how. A registry that is away keeps nothing from being removed.
 */
export async function leaveSeats(
  home: HiveHome,
  removed: WorkerId,
  release: boolean,
  context: Pick<CommandContext, 'env' | 'signal' | 'clock' | 'terminal'>,
): Promise<UnusedSeat[]> {
  const { terminal } = context
  const held = await readHeldSeats(home, terminal.warn)
  if (held.length === 0) return []
  const { sound } = await listInstalled(home)
  const unused: UnusedSeat[] = []
  for (const { license, token } of await readKeptLicenses(home)) {
    const { id, registry, workers } = license
    const hasSeat = held.some((seat) => seat.registry === registry && seat.license_id === id)
    const isNeeded = sound.some((one) => one.active.registry === registry && workers.includes(one.id))
    if (!hasSeat || isNeeded || !workers.includes(removed)) continue
    const failure = release ? await giveBack(home, registry, token, context) : null
    unused.push({ license: id, released: release && failure === null })
    if (failure !== null)
      terminal.warn(`the seat of the licence ${id} could not be released: ${failure.message}`)
    if (!release) {
      terminal.info(
        `this machine keeps its seat of the licence ${id}; release it with: rbee-hive license release ${id}`,
      )
    }
  }
  return unused
}

async function giveBack(
  home: HiveHome,
  registry: string,
  token: string,
  context: Pick<CommandContext, 'env' | 'signal' | 'clock'>,
): Promise<RbeeError | null> {
  try {
    await releaseHeldSeat(await seatAsker(home, registry, context), token)
    return null
  } catch (error) {
    if (error instanceof RbeeError && !context.signal.aborted) return error
    throw error
  }
}
