import { writePackageFile } from '@rbee/package-files'
import {
  type ErrorCode,
  platformParts,
  RbeeError,
  type ReleaseDocument,
  type VariantDocument,
} from '@rbee/schema'
import type { OfferedWorker } from '../offers/offered-release.ts'
import type { TapFormula } from './tap.ts'

/** What makes a formula impossible for this worker, and says nothing of others. */
const NO_FORMULA: ReadonlySet<ErrorCode> = new Set(['no_artifact', 'no_binary', 'no_formula'])

/**
 * The formula of a worker, under its name; null where its releases hold nothing that a formula could install, or its name is
 * one that Homebrew does not take.
 *
 * @param origin the registry's address, which stands in the formula.
 */
export function formulaOffer({ worker, macos }: OfferedWorker, origin: string): TapFormula | null {
  const variant = macos && variantForMacos(macos)
  if (!macos || !variant) return null
  const input = { worker, release: macos, variant: variant.name, name: worker.id, origin }
  try {
    const { text } = writePackageFile('homebrew-prod', input)
    const publishedAt = Math.floor(Date.parse(macos.published_at) / 1000)
    return { id: worker.id, version: macos.version, text, publishedAt }
  } catch (error) {
    if (error instanceof RbeeError && NO_FORMULA.has(error.code)) return null
    throw error
  }
}

/** The default one where it has a build for macOS, else the most preferred that has: often there is one for metal alone. */
function variantForMacos({ variants, default_variant }: ReleaseDocument): VariantDocument | undefined {
  const built = variants.filter(({ artifacts }) =>
    artifacts.some(({ platform }) => platformParts(platform).os === 'macos'),
  )
  const byPreference = built.toSorted((a, b) => b.priority - a.priority)
  return built.find(({ name }) => name === default_variant) ?? byPreference[0]
}
