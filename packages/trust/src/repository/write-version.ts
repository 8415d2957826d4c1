import { metadataFile } from '../metadata/names.ts'
import type { MetadataStore } from './store.ts'

/** Versions that writers of the same file may have taken at the same time. */
const MAX_TAKEN = 100

/**
 * The version after `previous`: the time in seconds, so that a store that was lost or is an old copy never signs a version
 * below one that clients have seen. That is sound because a repository changes less than once a second on average.
 */
function nextVersion(previous: number, now: number): number {
  return Math.max(previous + 1, Math.floor(now / 1000))
}

/**
 * Writes a version of a role under a name that nothing was written under before: a writer that was slower, or killed, may
 * have left one behind that looks like the next.
 *
 * @param compose makes the file of a version.
 * @returns the version.
 */
export async function writeVersion(
  store: MetadataStore,
  role: string,
  { previous, now }: { readonly previous: number; readonly now: number },
  compose: (version: number) => Uint8Array,
): Promise<{ version: number; body: Uint8Array }> {
  let version = nextVersion(previous, now)
  for (let taken = 0; taken < MAX_TAKEN; taken += 1, version += 1) {
    const body = compose(version)
    const etag = await store.put(metadataFile(role, version), body, { etag: null })
    if (etag !== null) return { version, body }
  }
  throw new Error(`No version of ${role} after ${previous} is free`)
}
