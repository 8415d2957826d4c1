import type { ReleaseDocument } from '@rbee/schema'

const asked = new Map<string, Promise<ReleaseDocument | null>>()

/** The latest release of a worker, as the registry wrote it; null where it cannot be had. Asked for once in a page. */
export function latestRelease(worker: string): Promise<ReleaseDocument | null> {
  const known = asked.get(worker)
  if (known !== undefined) return known
  const release = fetch(`/v1/workers/${encodeURIComponent(worker)}/latest`).then(
    (response): Promise<ReleaseDocument> | null => (response.ok ? response.json() : null),
    () => null,
  )
  asked.set(worker, release)
  return release
}
