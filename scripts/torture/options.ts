import { parseArgs } from 'node:util'
import { z } from 'zod'

/** What can be killed. */
export const VICTIMS = [
  'activation',
  'bundle-create',
  'bundle-install',
  'download',
  'install',
  'licensed-install',
  'patch',
  'publish',
  'server',
  'sync',
  'update',
] as const
const victimSchema = z.enum(VICTIMS)
export type VictimName = z.infer<typeof victimSchema>

export interface TortureOptions {
  /** Kills of each victim. */
  readonly rounds: number
  readonly victims: readonly VictimName[]
  /** Decides the moments of the kills. */
  readonly seed: string
}

const ROUNDS_MAX = 100_000

export const HELP = `Usage: npx -y pnpm@12 torture [options]

Kills programs without warning (kill -9) at moments spread over everything they do, and checks after each kill that
nothing is lost, that everything served is complete, and that the same command succeeds when it is run again.

Options:
  --rounds <n>     kills of each program (default: 200)
  --only <name>    what is killed; may be repeated (default: all):
                   ${VICTIMS.join(', ')}
  --seed <text>    decides the moments; a run prints its own (default: a new one)
  --help           show this text`

/** The command line is wrong. */
export class TortureUsageError extends Error {
  override readonly name = 'TortureUsageError'
}

/**
 * @param freshSeed is taken where none is given.
 * @returns null when help was asked for. Throws a {@link TortureUsageError} that names the option.
 */
export function readOptions(argv: readonly string[], freshSeed: string): TortureOptions | null {
  const values = parseOptions(argv)
  if (values.help) return null
  const rounds = Number(values.rounds)
  if (!/^\d{1,6}$/.test(values.rounds) || rounds < 1 || rounds > ROUNDS_MAX) {
    throw new TortureUsageError(`--rounds: "${values.rounds}" is no number from 1 to ${ROUNDS_MAX}`)
  }
  const chosen = z.array(victimSchema).safeParse(values.only)
  if (!chosen.success) throw new TortureUsageError(`--only takes one of ${VICTIMS.join(', ')}`)
  const wanted = new Set(chosen.data)
  return {
    rounds,
    victims: wanted.size === 0 ? VICTIMS : VICTIMS.filter((name) => wanted.has(name)),
    seed: values.seed ?? freshSeed,
  }
}

function parseOptions(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: argv[0] === '--' ? argv.slice(1) : [...argv],
      options: {
        rounds: { type: 'string', default: '200' },
        only: { type: 'string', multiple: true, default: [] },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new TortureUsageError(error.message, { cause: error })
  }
}
