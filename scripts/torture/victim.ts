import type { VictimName } from './options.ts'
import type { Ended } from './processes.ts'
import type { Stage } from './stage.ts'

/** Something under way that can be killed. */
export interface Attempt {
  kill(): void
  /** Settles when it is over, killed or not. */
  readonly ended: Promise<Ended>
}

/** A program that is killed, with everything it needs around it. Rounds are counted from 0, which is not killed. */
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
  open(stage: Stage): Promise<OpenVictim>
}
