import { INDEXED_FILE_BYTES, type ResumePoint } from '@rbee/packaging'
import type { InstallPlan } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import type { RequestOptions } from '../request-bytes.ts'
import type { ArchiveTail } from './archive-parts.ts'
import { findLocalFrames, type LocalFrames, largeInstalledFiles, savedBytes } from './local-frames.ts'
import { readFrameIndex } from './read-frame-index.ts'

type PlannedArtifact = NonNullable<InstallPlan['artifact']>

/** What of an archive need not be fetched. */
export interface Reusable {
  readonly local: readonly LocalFrames[]
  readonly tail: ArchiveTail
  /** In compressed bytes. */
  readonly saved: number
}

/**
 * The frames of an archive that installed files hold; null where that would not save much, or is not known. Costs one small request
 * where large files are installed, and none elsewhere.
 */
export async function findReusable(
  home: HiveHome,
  url: URL,
  { format, size }: PlannedArtifact,
  from: ResumePoint | null,
  options: RequestOptions & { readonly onBytes: (count: number) => void },
): Promise<Reusable | null> {
  if (format !== 'tar.zst' || size < INDEXED_FILE_BYTES) return null
  const installed = await largeInstalledFiles(home)
  if (installed.length === 0) return null
  const found = await readFrameIndex(url, size, options)
  if (found === null) return null
  const { index, tail } = found
  const local = await findLocalFrames(
    home,
    index,
    installed,
    { from: from?.compressed ?? 0, archiveSize: size },
    options.signal,
  )
  return local.length === 0 ? null : { local, tail, saved: savedBytes(local) }
}
