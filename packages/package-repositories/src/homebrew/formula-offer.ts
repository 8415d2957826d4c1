import { writePackageFile } from '@rbee/package-files'
import { RbeeError } from '@rbee/schema'
import type { OfferedWorker } from '../offers/offered-release.ts'
import type { TapFormula } from './tap.ts'

/**
 * The formula of a worker; null where its releases hold nothing that a formula could install.
 *
 * @param origin the registry's address, which stands in the formula.
 */
export function formulaOffer({ worker, macos }: OfferedWorker, origin: string): TapFormula | null {
  if (macos === null) return null
  try {
    const { text } = writePackageFile('homebrew-prod', { worker, release: macos, variant: null, origin })
    return {
      id: worker.id,
      version: macos.version,
      text,
      publishedAt: Math.floor(Date.parse(macos.published_at) / 1000),
    }
  } catch (error) {
    if (error instanceof RbeeError && (error.code === 'no_artifact' || error.code === 'no_binary'))
      return null
    throw error
  }
}
