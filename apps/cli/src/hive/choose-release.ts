import type { RegistryClient } from '@rbee/api-client'
import { isPrerelease, type ReleaseDocument, versionSchema } from '@rbee/schema'

/** The release to install, and what the user should know about the choice. */
export interface ChosenRelease {
  readonly release: ReleaseDocument
  /** A newer version that exists as source only; null when the chosen one is the latest. */
  readonly newerSourceOnly: string | null
}

/**
 * The release that was asked for, or the latest. A catalog may describe a version before its binaries are published;
 * then the newest version that has binaries is taken, because a user who installs wants something that runs.
 *
 * @param version null for the latest
 */
export async function chooseRelease(
  client: RegistryClient,
  address: string,
  version: string | null,
): Promise<ChosenRelease> {
  const release = await client.getRelease(address, version ?? 'latest')
  if (version !== null || hasBinaries(release)) return { release, newerSourceOnly: null }
  const { releases } = await client.listVersions(address)
  const usable = releases.filter(
    (listed) => listed.yanked === null && listed.quarantined === null && listed.platforms.length > 0,
  )
  const newest = usable.find((listed) => !isPrerelease(versionSchema.parse(listed.version))) ?? usable[0]
  if (newest === undefined) return { release, newerSourceOnly: null }
  return { release: await client.getRelease(address, newest.version), newerSourceOnly: release.version }
}

function hasBinaries(release: ReleaseDocument): boolean {
  return release.variants.some(({ artifacts }) => artifacts.length > 0)
}
