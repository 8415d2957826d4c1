import type { VersionsDocument } from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'
import { releaseUrl } from './addresses.ts'
import { distributionOf } from './distribution.ts'
import { orderedPlatforms } from './platforms.ts'
import { releaseFacts } from './release-document.ts'
import type { VisibleRelease } from './visible-releases.ts'

/** All versions, newest first, each with the platforms that it has binaries for. */
export function versionsDocument(
  record: WorkerRecord,
  releases: readonly VisibleRelease[],
  latest: VisibleRelease,
): VersionsDocument {
  const { id } = record.worker
  return {
    worker: id,
    latest: latest.version,
    versions: releases.map(({ version }) => version),
    releases: releases.map((release) => ({
      ...releaseFacts(release),
      distribution: distributionOf(release, record.recipe),
      platforms: orderedPlatforms(
        [...release.artifacts, ...release.binarySources].map(({ platform }) => platform),
      ),
      url: releaseUrl(id, release.version),
    })),
  }
}
