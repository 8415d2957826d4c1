import type { RegistryClient } from '@rbee/api-client'
import { compareVersions, RbeeError, versionSchema, type WorkerId } from '@rbee/schema'
import type { InstalledBuild } from '../installed.ts'

/** What a registry says of an installed build beside its list. All null where it was not asked or did not say. */
export interface Said {
  /** Why it was withdrawn. */
  readonly yanked: string | null
  /** Why its worker should not be used any more, and which one instead. */
  readonly deprecated: { readonly message: string; readonly successor: string | null } | null
  /** The newest release, where it is newer than the installed one. */
  readonly newer: string | null
  /** What kept the registry from saying. */
  readonly unknown: string | null
}

const NOTHING: Said = { yanked: null, deprecated: null, newer: null, unknown: null }

/** @param connect null where nobody is to be asked */
export async function askAbout(
  id: WorkerId,
  { version }: InstalledBuild,
  connect: (() => Promise<RegistryClient>) | null,
): Promise<Said> {
  if (connect === null) return { ...NOTHING, unknown: 'its registry was not asked' }
  try {
    const client = await connect()
    const [versions, worker] = await Promise.all([client.listVersions(id), client.getWorker(id)])
    const own = versions.releases.find((release) => release.version === version)
    const isNewer = compareVersions(versions.latest, versionSchema.parse(version)) > 0
    const { deprecation } = worker
    return {
      yanked: own?.yanked ?? null,
      deprecated: deprecation && { message: deprecation.message, successor: deprecation.successor ?? null },
      newer: isNewer ? versions.latest : null,
      unknown: null,
    }
  } catch (error) {
    // One worker that its registry does not know any more keeps nobody from hearing of the others.
    if (!(error instanceof RbeeError) || error.code === 'interrupted') throw error
    return { ...NOTHING, unknown: error.message }
  }
}
