import type { Distribution, Pricing } from '@rbee/schema'
import type { RecipeRow } from '../ports/database.ts'
import type { VisibleRelease } from './visible-releases.ts'

/** How a release reaches its users: as source, as binaries or both, and whether a licence has to be bought first. */
export function distributionOf(release: VisibleRelease, recipe: RecipeRow | null): Distribution {
  const { license, repository } = release.manifest
  const sourceAvailable = repository !== undefined || (recipe !== null && describesSource(recipe))
  const binaryAvailable = release.artifacts.length > 0 || release.binarySources.length > 0
  return {
    type: distributionType(sourceAvailable, binaryAvailable, license === 'Proprietary'),
    source_available: sourceAvailable,
    binary_available: binaryAvailable,
    requires_license: isPremium(release.manifest),
  }
}

/** Whether a licence has to be bought. */
export function isPremium({ pricing }: { readonly pricing?: Pricing | undefined }): boolean {
  return pricing !== undefined && pricing.model !== 'free'
}

/** The monorepo holds the source itself; a folder with only a PKGBUILD.bin describes bytes that others built. */
function describesSource({ entry }: RecipeRow): boolean {
  return entry.layout === 'monorepo' || entry.pkgbuild !== null
}

function distributionType(source: boolean, binary: boolean, proprietary: boolean): Distribution['type'] {
  if (source) return binary ? 'hybrid' : 'source'
  return proprietary ? 'binary-only' : 'binary'
}
