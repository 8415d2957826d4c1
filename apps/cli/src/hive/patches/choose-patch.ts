import { join } from 'node:path'
import { type ByteSource, rebuiltTar } from '@rbee/deltas'
import { type InstallPlan, PATCH_FORMAT, type PatchDocument, type ReleaseDocument } from '@rbee/schema'
import { readStructure } from '../archive-structure.ts'
import { isIntact } from '../build-program.ts'
import type { HiveHome } from '../home.ts'
import { type InstalledBuild, surveyWorker } from '../installed.ts'

type PlannedArtifact = NonNullable<InstallPlan['artifact']>

/** A patch, and the archive of an installed build that it begins with. */
export interface ChosenPatch {
  readonly patch: PatchDocument
  /** Made of the build's files as it is read; to be closed. */
  readonly base: ByteSource
}

/** A patch that is larger than this share of the archive is not worth the work of applying it. */
const WORTH_SHARE = 0.7

/**
 * The smallest patch that makes the artifact out of a build that is installed; null where none saves enough, or nothing that
 * one begins with is here as it was unpacked.
 */
export async function choosePatch(
  home: HiveHome,
  { worker, variants }: ReleaseDocument,
  artifact: PlannedArtifact,
): Promise<ChosenPatch | null> {
  const offered = variants
    .flatMap(({ artifacts }) => artifacts)
    .filter(({ digest }) => digest === artifact.digest)
    .flatMap(({ patches }) => patches)
    .filter(({ format, size }) => format === PATCH_FORMAT && size <= artifact.size * WORTH_SHARE)
  if (offered.length === 0) return null
  const { sound } = await surveyWorker(home, worker)
  const builds = sound.flatMap(({ active, previous }) => (previous === null ? [active] : [active, previous]))
  for (const patch of offered.toSorted((a, b) => a.size - b.size)) {
    for (const build of builds.filter(({ digest }) => digest === patch.from_digest)) {
      const base = await archiveOf(home, worker, build)
      if (base !== null) return { patch, base }
    }
  }
  return null
}

/** Null where what the archive held beside the files was not kept, or the program is not as it was. */
async function archiveOf(
  home: HiveHome,
  worker: ReleaseDocument['worker'],
  build: InstalledBuild,
): Promise<ByteSource | null> {
  const folder = join(home.worker(worker).builds, build.build)
  if (!(await isIntact(folder, build))) return null
  const structure = await readStructure(home, worker, build.build)
  return structure && rebuiltTar(structure, folder)
}
