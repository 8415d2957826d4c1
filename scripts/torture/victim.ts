import type { VictimName } from './options.ts'
import type { Ended } from './processes.ts'
import type { SharedCatalog } from './shared-catalog.ts'
import type { Stage } from './stage.ts'

/** Something under way that can be killed. */
export interface Attempt {
  kill(): void
  /** Settles when it is over, killed or not. */
  readonly ended: Promise<Ended>
  /**
   * Settles when this share (0 to 1) of its work is done, where that is seen otherwise than by the time it takes; never where it
   * ends before.
   */
  reached?(share: number): Promise<void>
}

/**
 * A program that is killed, with everything it needs around it. Rounds are counted from 0, which is not killed. What is killed
 * several times in a row is the same round.
 */
export interface OpenVictim {
  begin(round: number): Promise<Attempt>
  /** Checks what must hold however far the attempt came. Fails with a `Breach`. */
  check(round: number, ended: Ended): Promise<void>
  /** Makes the same attempt once more, which must succeed, and checks that nothing is missing or left over. */
  again(round: number): Promise<void>
  /** Checks that take long, once after the last round. */
  finish(): Promise<void>
}

export interface Victim {
  readonly name: VictimName
  /** How often the same attempt is killed before it is let through; by default once. */
  readonly inARow?: number
  /** @param catalog for victims that leave a catalog as it is but for workers of their own. */
  open(stage: Stage, catalog: SharedCatalog): Promise<OpenVictim>
}
