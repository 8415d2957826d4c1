import type { ArchiveDocument, ArtifactDocument, HostProfile } from '@rbee/schema'
import type { Candidate } from './candidate.ts'

/** The bytes that would be installed. */
export interface ChosenArchive {
  readonly artifact: ArtifactDocument
  readonly archive: ArchiveDocument
}

/** `linux-x86_64`; with the system's own names where they are outside the supported lists. */
export function platformOf(profile: HostProfile): string {
  return `${profile.os}-${profile.arch}`
}

/** The variant's artifact for the host's platform in the first format of the list that it is stored in, or null. */
export function archiveFor({ variant, profile, formats }: Candidate): ChosenArchive | null {
  const artifact = variant.artifacts.find(({ platform }) => platform === platformOf(profile))
  if (!artifact) return null
  for (const format of formats) {
    const archive = artifact.archives.find((stored) => stored.format === format)
    if (archive) return { artifact, archive }
  }
  return null
}
