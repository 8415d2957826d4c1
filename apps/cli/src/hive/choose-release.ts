import type { RegistryClient } from '@rbee/api-client'
import { isPrerelease, type PlanWarning, type ReleaseDocument, versionSchema } from '@rbee/schema'
import { type Cooldown, heldBack, isInstallable, isYoung, oldEnough, youngRelease } from './cooldown.ts'

/** The release to install, and what the user should know about the choice. */
export interface ChosenRelease {
  readonly release: ReleaseDocument
  /** A newer version that exists as source only; null when the chosen one is the latest. */
  readonly newerSourceOnly: string | null
  /** What belongs into the plan. */
  readonly warnings: readonly PlanWarning[]
}

/**
 * The release that was asked for, or the latest. A catalog may describe a version before its binaries are published;
 * then the newest version that has binaries is taken, because a user who installs wants something that runs. A version that
 * is too young for the cooldown gives way to an older one, where there is one.
 *
 * @param version null for the latest
 * @param cooldown null where the age of releases does not matter
 */
export async function chooseRelease(
  client: RegistryClient,
  address: string,
  version: string | null,
  cooldown: Cooldown | null = null,
): Promise<ChosenRelease> {
  const asked = await client.getRelease(address, version ?? 'latest')
  if (version !== null) return { release: asked, newerSourceOnly: null, warnings: [] }
  const newest = hasBinaries(asked)
    ? { release: asked, newerSourceOnly: null, warnings: [] }
    : await newestWithBinaries(client, address, asked)
  if (cooldown === null || !isYoung(newest.release, cooldown)) return newest
  const { releases } = await client.listVersions(address)
  const older = await oldEnough(releases, newest.release, cooldown)
  if (older === null) return { ...newest, warnings: [youngRelease(newest.release, cooldown)] }
  const release = await client.getRelease(address, older)
  return { ...newest, release, warnings: [heldBack(newest.release, cooldown)] }
}

async function newestWithBinaries(
  client: RegistryClient,
  address: string,
  latest: ReleaseDocument,
): Promise<ChosenRelease> {
  const { releases } = await client.listVersions(address)
  const usable = releases.filter(isInstallable)
  const newest = usable.find((listed) => !isPrerelease(versionSchema.parse(listed.version))) ?? usable[0]
  if (newest === undefined) return { release: latest, newerSourceOnly: null, warnings: [] }
  const release = await client.getRelease(address, newest.version)
  return { release, newerSourceOnly: latest.version, warnings: [] }
}

function hasBinaries(release: ReleaseDocument): boolean {
  return release.variants.some(({ artifacts }) => artifacts.length > 0)
}
