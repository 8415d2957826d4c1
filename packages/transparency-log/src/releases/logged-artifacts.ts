import { type LoggedArtifact, type ReleaseDocument, sha256Of } from '@rbee/schema'

/** The bytes of a release as its document names them, in the form of the log. */
export function artifactsOf({ variants }: Pick<ReleaseDocument, 'variants'>): LoggedArtifact[] {
  return variants.flatMap(({ name, artifacts }) =>
    artifacts.map(({ platform, digest, archives }) => ({
      platform,
      variant: name,
      digest,
      archives: archives.map(({ checksum }) => sha256Of(checksum)),
    })),
  )
}

/** Whether both are the same bytes for the same platforms and variants, in whatever order they stand. */
export function sameArtifacts(a: readonly LoggedArtifact[], b: readonly LoggedArtifact[]): boolean {
  return textOf(a) === textOf(b)
}

/** None of the parts holds a blank. */
function textOf(artifacts: readonly LoggedArtifact[]): string {
  return artifacts
    .map(({ platform, variant, digest, archives }) =>
      [platform, variant, digest, ...archives.toSorted()].join(' '),
    )
    .toSorted()
    .join('\n')
}
