import type { ReleaseDocument, Revocations } from '@rbee/schema'

/**
 * The release as the list knows it: quarantined, where its version or the bytes of one of its artifacts stand on it. Who hands
 * out a document need not be who says what may not run.
 */
export function markQuarantined(release: ReleaseDocument, list: Revocations | null): ReleaseDocument {
  if (list === null || release.quarantined !== null) return release
  const own = new Set<string>(
    release.variants.flatMap(({ artifacts }) => artifacts.map(({ digest }) => digest)),
  )
  const found = list.releases.find(
    ({ worker, version, digests }) =>
      (worker === release.worker && version === release.version) || digests.some((digest) => own.has(digest)),
  )
  if (found === undefined) return release
  return { ...release, quarantined: found.reason, quarantined_at: found.quarantined_at }
}
