import type { ReleaseDocument } from '@rbee/schema'

/**
 * Whether somebody stands behind a release whom the registry checked: the project itself, a workflow that it asked the
 * provider about, or the holder of a key that signed every build.
 */
export function isVerified(release: Pick<ReleaseDocument, 'source' | 'published_by' | 'variants'>): boolean {
  return (
    release.source === 'official' ||
    release.published_by?.kind === 'trusted_publisher' ||
    isSigned(release.variants)
  )
}

/** Whether each build has provenance, and there is one. */
export function isSigned(variants: ReleaseDocument['variants']): boolean {
  const artifacts = variants.flatMap((variant) => variant.artifacts)
  return artifacts.length > 0 && artifacts.every(({ provenance }) => provenance !== null)
}
