import { setTimeout as sleep } from 'node:timers/promises'
import { Breach } from './breach.ts'
import { killMoment } from './kill-moments.ts'
import type { VictimName } from './options.ts'
import type { SharedCatalog } from './shared-catalog.ts'
import type { Stage } from './stage.ts'
import type { Attempt, OpenVictim, Victim } from './victim.ts'

export interface TormentSettings {
  readonly rounds: number
  readonly seed: string
  /** In milliseconds, from any beginning. */
  readonly clock: () => number
  readonly catalog: SharedCatalog
  readonly tell: (line: string) => void
}

/** What became of one victim. */
export interface Torment {
  readonly victim: VictimName
  readonly rounds: number
  /** Rounds in which it was still at work when it was killed; in the others it had ended just before. */
  readonly killed: number
  /** Milliseconds that one attempt takes, undisturbed. */
  readonly duration: number
}

/** A breach, and how to see it again. */
export class BrokenVictim extends Error {
  override readonly name = 'BrokenVictim'

  constructor(victim: VictimName, round: number, after: number | null, seed: string, breach: Breach) {
    const when = after === null ? 'undisturbed' : `killed after ${Math.round(after)} ms`
    super(
      `${victim}, round ${round}, ${when}: ${breach.message}\n` +
        `  again: npx -y pnpm@12 torture --only ${victim} --rounds ${Math.max(round, 1)} --seed ${seed}`,
      { cause: breach },
    )
  }
}

/**
 * Lets a victim do its work once undisturbed, to learn how long that takes, and then kills it in every round, checks what
 * must hold, and lets it do the same again. Fails with a {@link BrokenVictim}.
 */
export async function torment(victim: Victim, stage: Stage, settings: TormentSettings): Promise<Torment> {
  const { rounds, seed, clock, catalog, tell } = settings
  const { name, inARow = 1 } = victim
  let kill = 0
  let after: number | null = null
  try {
    const open = await victim.open(stage, catalog)
    let duration = await undisturbed(open, clock)
    tell(`${name}: ${Math.round(duration)} ms undisturbed`)
    let killed = 0
    let round = 1
    let isFirst = true
    for (kill = 1; kill <= rounds; kill += 1) {
      stage.signal.throwIfAborted()
      const share = killMoment(seed, name, kill)
      after = share * duration
      const begun = clock()
      const attempt = await open.begin(round)
      const ended = await killAt(attempt, share, duration)
      stage.signal.throwIfAborted()
      if (ended.code === null) killed += 1
      // It is quicker than it was, for example because the machine has less to do: later moments come earlier as well.
      else if (isFirst) duration = clock() - begun
      await open.check(round, ended)
      isFirst = ended.code !== null || kill % inARow === 0 || kill === rounds
      if (isFirst) {
        await open.again(round)
        round += 1
      }
      if (kill % 10 === 0 || kill === rounds) tell(`${name}: ${kill} of ${rounds} rounds, ${killed} killed`)
    }
    after = null
    await open.finish()
    return { victim: name, rounds, killed, duration }
  } catch (error) {
    stage.signal.throwIfAborted()
    if (!(error instanceof Breach)) throw error
    throw new BrokenVictim(name, Math.min(kill, rounds), after, seed, error)
  }
}

async function undisturbed(open: OpenVictim, clock: () => number): Promise<number> {
  const begun = clock()
  const attempt = await open.begin(0)
  const ended = await attempt.ended
  const duration = clock() - begun
  await open.check(0, ended)
  await open.again(0)
  return duration
}

async function killAt(attempt: Attempt, share: number, duration: number) {
  const over = new AbortController()
  const moment = attempt.reached?.(share) ?? sleep(share * duration, undefined, { signal: over.signal })
  const killing = moment.then(
    () => attempt.kill(),
    (error: unknown) => {
      if (!over.signal.aborted) throw error
    },
  )
  const ended = await Promise.race([attempt.ended, killing.then(() => attempt.ended)])
  over.abort()
  return ended
}
