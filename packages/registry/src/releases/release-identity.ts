import { canonicalJson, type ReleaseInput, type Sha256 } from '@rbee/schema'
import { sha256OfText } from '../sha256.ts'

/**
 * What makes two releases the same: manifest, version, and the digest of every artifact's tar. The compressions are left
 * out, so that the same tars packed by another zstd are the same release; so are README and changelog, which describe
 * a release and are not part of it.
 */
export function releaseIdentity(input: Pick<ReleaseInput, 'manifest' | 'version' | 'artifacts'>): Sha256 {
  const artifacts = input.artifacts
    .map(({ platform, variant, digest }) => ({ platform, variant, digest }))
    .toSorted((a, b) => (`${a.platform}/${a.variant}` < `${b.platform}/${b.variant}` ? -1 : 1))
  return sha256OfText(canonicalJson({ manifest: input.manifest, version: input.version, artifacts }))
}
