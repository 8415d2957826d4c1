import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { listPackEntries, type PackEntry } from '@rbee/packaging'
import type { ProgramBuild } from '@rbee/schema'

/** A build of the programs that this process can hand on: it is made of the programs that run here. */
export interface OwnBuild {
  readonly platform: ProgramBuild['platform']
  /** Whether the same version is always the same build; in a clone every commit makes another. */
  readonly isFinal: boolean
  /** Lists what goes into its archive. `scratch` is an empty folder, for what has to be made. */
  list(scratch: string): Promise<readonly PackEntry[]>
}

/** A clone bundles its sources into the portable build. Installed programs hand themselves on. */
export const OWN_BUILD: OwnBuild = {
  platform: 'any',
  isFinal: false,
  async list(scratch) {
    const { layOutPackage } = await import('../../distribution/package-layout.ts')
    const folder = join(scratch, 'package')
    await mkdir(folder)
    await layOutPackage(folder)
    return listPackEntries(folder)
  },
}
