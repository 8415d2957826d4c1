import type { CatalogReader, StoredDocument } from '@rbee/registry'
import {
  type ArtifactDocument,
  RbeeError,
  type ReleaseDocument,
  type Version,
  versionsDocumentSchema,
  type WorkerId,
} from '@rbee/schema'

const latest = new WeakMap<StoredDocument, Version>()

/** The version that an address names; `latest` is looked up. Fails with `worker_not_found`. */
export async function addressedVersion(
  reader: CatalogReader,
  worker: WorkerId,
  version: Version | 'latest',
): Promise<Version> {
  if (version !== 'latest') return version
  const document = await reader.document({ kind: 'versions', id: worker })
  if (!document) throw new RbeeError('worker_not_found', `The worker "${worker}" has no releases`)
  const known = latest.get(document)
  if (known !== undefined) return known
  const parsed = versionsDocumentSchema.parse(JSON.parse(new TextDecoder().decode(document.body))).latest
  latest.set(document, parsed)
  return parsed
}

/** The build of a release for a platform and variant; undefined where there is none. */
export function artifactOf(
  release: ReleaseDocument,
  platform: string,
  variant: string,
): ArtifactDocument | undefined {
  const artifacts = release.variants.find(({ name }) => name === variant)?.artifacts ?? []
  return artifacts.find((artifact) => artifact.platform === platform)
}

export function releaseNotFound(worker: WorkerId, version: Version): RbeeError {
  return new RbeeError('release_not_found', `The worker "${worker}" has no release ${version}`, {
    next: `see its releases at /v1/workers/${worker}/versions`,
  })
}
