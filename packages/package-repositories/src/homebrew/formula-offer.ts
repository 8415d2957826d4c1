import { isUnavailable, writePackageFile } from '@rbee/package-files'
import { RbeeError } from '@rbee/schema'
import type { OfferedWorker } from '../offers/offered-release.ts'
import type { TapFormula } from './tap.ts'

/**
 * The formula of a worker, under its name: of the default variant where that has a build for macOS, else of the most
 * preferred one that has. Null where its releases hold nothing that a formula could install, or its name is one that
 * Homebrew does not take.
 *
 * @param origin the registry's address, which stands in the formula.
 */
export function formulaOffer({ worker, macos }: OfferedWorker, origin: string): TapFormula | null {
  if (macos === null) return null
  const { id } = worker
  try {
    const { text } = writePackageFile('homebrew-prod', { worker, release: macos, variant: null, origin })
    return {
      id,
      version: macos.version,
      text,
      publishedAt: Math.floor(Date.parse(macos.published_at) / 1000),
    }
  } catch (error) {
    if (isUnavailable(error) || (error instanceof RbeeError && error.code === 'no_formula')) return null
    throw error
  }
}
