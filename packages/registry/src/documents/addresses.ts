import type { Platform, Sha256, VariantName, Version, WorkerId } from '@rbee/schema'

// The addresses that stand in documents. They begin at the server's root, so a document is right behind any host.
// Ids, versions and digests hold nothing that a path would have to escape.

export const workerUrl = (id: WorkerId): string => `/v1/workers/${id}`
export const versionsUrl = (id: WorkerId): string => `/v1/workers/${id}/versions`
export const releaseUrl = (id: WorkerId, version: Version): string => `/v1/workers/${id}/${version}`
export const readmeUrl = (id: WorkerId): string => `/v1/workers/${id}/readme`
export const changelogUrl = (id: WorkerId): string => `/v1/workers/${id}/changelog`
export const pkgbuildUrl = (id: WorkerId): string => `/v1/workers/${id}/pkgbuild`
export const keysUrl = (id: WorkerId): string => `/v1/workers/${id}/keys`
export const provenanceUrl = (
  id: WorkerId,
  version: Version,
  platform: Platform,
  variant: VariantName,
): string => `${releaseUrl(id, version)}/provenance/${platform}/${variant}`
export const archiveUrl = (sha256: Sha256): string => `/v1/blobs/sha256/${sha256}`
export const imageUrl = (sha256: Sha256): string => `/v1/images/${sha256}`
/** Where clients of earlier servers look for a PKGBUILD: a worker's or a variant's. */
export const earlierPkgbuildUrl = (address: string): string => `/workers/${address}/PKGBUILD`
