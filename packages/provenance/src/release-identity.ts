import { createHash } from 'node:crypto'
import { canonicalJson, type ReleaseInput, type Sha256, sha256Schema } from '@rbee/schema'

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

/** SHA-256 of a text's UTF-8 bytes. */
export function sha256OfText(text: string): Sha256 {
  return sha256Schema.parse(createHash('sha256').update(text, 'utf8').digest('hex'))
}
