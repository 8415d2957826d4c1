import { statedClaims } from '@rbee/licences'
import type { CommandContext } from '../../program/command.ts'
import type { HiveHome } from '../home.ts'
import { givenLicense } from './given-license.ts'
import { readKeptLicenses } from './kept-licenses.ts'

/** How many licences of the same worker are tried. */
const ATTEMPTS_MAX = 5

/**
 * Licences of a worker for a registry, the given one first, then those that were kept last; one that is for other workers only
 * where it was given and there is no other. Fails as `givenLicense` and `readKeptLicenses`.
 */
export async function fittingLicenses(
  registry: string,
  home: HiveHome,
  context: Pick<CommandContext, 'env' | 'cwd'>,
  worker: unknown,
): Promise<string[]> {
  const isOf = (token: string) => statedClaims(token)?.workers.some((id) => id === worker)
  const given = await givenLicense(context)
  const kept = (await readKeptLicenses(home)).filter(({ license }) => license.registry === registry)
  const all = [...(given === null ? [] : [given]), ...kept.map(({ token }) => token).toReversed()]
  const fitting = [...new Set(all.filter(isOf))].slice(0, ATTEMPTS_MAX)
  return fitting.length === 0 && given !== null ? [given] : fitting
}
