import {
  type ArtifactDocument,
  compareVersions,
  type Platform,
  type ReleaseDocument,
  type VariantName,
  versionSchema,
} from '@rbee/schema'
import type { RegistryConnection } from '../../registry/connect.ts'

/** An artifact of an earlier release for the same platform and variant. */
export interface EarlierArtifact {
  readonly version: string
  readonly artifact: ArtifactDocument
}

/** How many releases are looked at for one that has the artifact. */
const RELEASES_LOOKED_AT = 12

/**
 * The newest releases before this one, in their order, newest first; withdrawn ones are left out, because hardly anybody has
 * them.
 */
export async function earlierReleases(
  client: Pick<RegistryConnection['client'], 'listVersions' | 'getRelease'>,
  { worker, version }: ReleaseDocument,
): Promise<ReleaseDocument[]> {
  const { releases } = await client.listVersions(worker)
  const earlier = releases
    .filter(({ yanked, quarantined }) => yanked === null && quarantined === null)
    .map((release) => versionSchema.parse(release.version))
    .filter((other) => compareVersions(other, version) < 0)
    .toSorted((a, b) => compareVersions(b, a))
    .slice(0, RELEASES_LOOKED_AT)
  const documents: ReleaseDocument[] = []
  for (const other of earlier) documents.push(await client.getRelease(worker, other))
  return documents
}

/** The artifacts of up to `count` of the releases that have one for this platform and variant. */
export function earlierArtifacts(
  releases: readonly ReleaseDocument[],
  { platform, variant }: { readonly platform: Platform; readonly variant: VariantName },
  count: number,
): EarlierArtifact[] {
  return releases
    .flatMap((release): EarlierArtifact[] => {
      const artifact = artifactOf(release, platform, variant)
      return artifact === null ? [] : [{ version: release.version, artifact }]
    })
    .slice(0, count)
}

/** Null where the release has none. */
export function artifactOf(
  { variants }: ReleaseDocument,
  platform: Platform,
  variant: VariantName,
): ArtifactDocument | null {
  const artifacts = variants.find(({ name }) => name === variant)?.artifacts ?? []
  return artifacts.find((artifact) => artifact.platform === platform) ?? null
}
