import { RbeeError } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import type { HiveHome } from '../home.ts'
import type { SeatAsker } from './ask-for-seat.ts'
import { type KeptLicense, readKeptLicenses } from './kept-licenses.ts'

/**
 * The licence that a user means: the one with this id, or the only one that is kept here. Fails with `license_not_found`, or
 * `usage` where it has to be named.
 */
export async function chooseKept(
  home: HiveHome,
  id: string | undefined,
): Promise<{ readonly license: KeptLicense; readonly token: string }> {
  const kept = await readKeptLicenses(home)
  const meant = kept.filter(({ license }) => id === undefined || license.id === id)
  const [one, other] = meant
  if (one === undefined) {
    throw new RbeeError(
      'license_not_found',
      id === undefined ? 'there are no licences here' : 'there is no licence with this id here',
      { next: 'see them all with: rbee-hive license list; add one with: rbee-hive license add' },
    )
  }
  if (other === undefined) return one
  throw new RbeeError('usage', `which licence? There are ${meant.length} here`, {
    next: 'name one of those that are listed by: rbee-hive license list',
  })
}

/** Who is asked for seats of a licence: the registry that it is of, whatever mirror there is. */
export async function seatAsker(
  home: HiveHome,
  registry: string,
  { env, signal, clock }: Pick<CommandContext, 'env' | 'signal' | 'clock'>,
): Promise<SeatAsker> {
  const { client, url } = await connectRegistry({ env, signal }, registry)
  return { home, registry: url, client, clock }
}
