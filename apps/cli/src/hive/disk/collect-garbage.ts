import { workerIdSchema } from '@rbee/schema'
import { translateDiskError } from '../disk-errors.ts'
import type { HiveHome } from '../home.ts'
import { dropPrevious, tidyBuilds } from '../installed.ts'
import { clearWorkplaces } from '../source-build/workplace.ts'
import { abandonedStagings, clearStagings } from '../staging.ts'
import { measureBuilds } from './measure-builds.ts'

/** What was removed. */
export interface Collected {
  readonly builds: readonly { readonly worker: string; readonly build: string }[]
  /** Downloads that were interrupted and could have been gone on with. */
  readonly downloads: number
  readonly freed_bytes: number
}

/**
 * Removes what nobody uses: interrupted downloads, what killed builds from source left, and builds that are neither active, nor
 * kept for a way back, nor running. What another process is at stays.
 *
 * @param previous whether builds that are kept for a way back go as well
 */
export async function collectGarbage(
  home: HiveHome,
  { previous }: { previous: boolean },
): Promise<Collected> {
  try {
    const before = await measureBuilds(home)
    const downloads = await abandonedStagings(home)
    const downloaded = await clearStagings(downloads)
    await clearWorkplaces(home)
    for (const worker of new Set(before.builds.map((build) => build.worker))) {
      const id = workerIdSchema.safeParse(worker)
      if (id.success) await (previous ? dropPrevious : tidyBuilds)(home, id.data)
    }
    const after = await measureBuilds(home)
    const left = new Set(after.builds.map(({ folder }) => folder))
    return {
      builds: before.builds
        .filter(({ folder }) => !left.has(folder))
        .map(({ worker, build }) => ({ worker, build })),
      downloads: downloads.length,
      freed_bytes: before.bytes - after.bytes + downloaded,
    }
  } catch (error) {
    throw translateDiskError(error, home.root)
  }
}
