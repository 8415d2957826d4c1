import type { CompressedArchive } from '@rbee/packaging'
import type { Digest, ProgramBuild, ProgramsDocument, ProgramsInput, Version } from '@rbee/schema'
import { type UploadSurroundings, uploadArchive } from '../publish/upload.ts'

/** An archive with a build of the programs, and what it holds. */
export interface ProgramArchive {
  readonly platform: ProgramBuild['platform']
  readonly archive: CompressedArchive
  readonly digest: Digest
}

/** Where programs are offered: a server, or a registry in this process. */
export interface ProgramsTarget extends UploadSurroundings {
  readonly client: UploadSurroundings['client'] & {
    offerPrograms(input: ProgramsInput): Promise<ProgramsDocument>
  }
}

/** Uploads the archives, those that are missing, and then offers all of them at once in the place of earlier ones. */
export async function sendPrograms(
  target: ProgramsTarget,
  version: Version,
  archives: readonly ProgramArchive[],
): Promise<ProgramsDocument> {
  for (const { platform, archive, digest } of archives) {
    await uploadArchive(archive, digest, platform, target)
  }
  return target.client.offerPrograms({
    version,
    builds: archives.map(({ platform, archive }) => ({ platform, sha256: archive.sha256 })),
  })
}
