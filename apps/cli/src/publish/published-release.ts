import { type Artifact, RbeeError, type ReleaseDocument, sha256Of } from '@rbee/schema'
import type { RegistryConnection } from '../registry/connect.ts'
import type { WorkerDescription } from './worker-description.ts'

/**
 * What the registry has under the worker's version: null where there is none. Undefined where it cannot be asked, which
 * only a caller who plans can live with; any other gets the failure.
 */
export async function findRelease(
  { client }: RegistryConnection,
  { manifest, version }: WorkerDescription,
  planOnly: boolean,
): Promise<ReleaseDocument | null | undefined> {
  try {
    return await client.getRelease(manifest.id, version)
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    if (error.code === 'worker_not_found' || error.code === 'release_not_found') return null
    if (planOnly && error.code === 'registry_unreachable') return undefined
    throw error
  }
}

/** The artifacts of a release in the form in which they are published. */
export function artifactsOfRelease(document: ReleaseDocument): Artifact[] {
  return document.variants.flatMap((variant) =>
    variant.artifacts.map(({ platform, digest, unpacked_size, archives }) => ({
      platform,
      variant: variant.name,
      digest,
      unpacked_size,
      archives: archives.map(({ format, size, checksum }) => ({ format, size, sha256: sha256Of(checksum) })),
    })),
  )
}
