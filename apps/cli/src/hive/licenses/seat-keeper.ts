import type { WorkerId } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import type { KeeperSurroundings, KeptSeat } from './kept-seat.ts'

/** Keeps the seat of a worker that runs. */
export interface SeatKeeper {
  /**
   * Before a process of this build starts: takes the seat that the worker needs, or a new lease of it, and keeps it by heartbeats
   * from then on. Gives what tells the worker of it; nothing for a worker that is not sold. Without an answer of the registry the
   * lease that is kept here has to do; whether it is good enough is for the worker to judge. Fails with `seats_exhausted`.
   */
  variablesFor(build: InstalledBuild): Promise<Readonly<Record<string, string>>>
  /** The worker has ended: a floating seat is given back where nobody else here uses it. */
  end(): Promise<void>
}

/** @param id of the worker that runs. */
export function seatKeeper(home: HiveHome, id: WorkerId, surroundings: KeeperSurroundings): SeatKeeper {
  let kept: KeptSeat | null = null
  return {
    async variablesFor(build) {
      if (build.requires_license !== true) return {}
      // Loaded now: what is not sold starts without it.
      const { chooseSeat } = await import('./kept-seat.ts')
      kept ??= await chooseSeat(home, id, build.registry, surroundings)
      return kept?.variables() ?? {}
    },
    async end() {
      await kept?.end()
      kept = null
    },
  }
}
