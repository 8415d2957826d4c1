import { rebuilderAccount } from '@rbee/provenance'
import type { Platform, RebuildCounts, VariantName, Version } from '@rbee/schema'
import type { ReleaseRow, WorkerRecord } from '../ports/database.ts'
import type { RebuildRow } from '../ports/rebuilds.ts'
import { type CountedRebuilds, countRebuilders, type ReleasePublisher } from './count-rebuilders.ts'

const NOBODY: RebuildCounts = { agree: 0, disagree: 0 }

/** What is attested of one artifact; null where nothing is. */
export function artifactRebuilds(
  record: WorkerRecord,
  release: { readonly version: Version },
  { platform, variant }: { readonly platform: Platform; readonly variant: VariantName },
): (CountedRebuilds & { readonly rows: readonly RebuildRow[] }) | null {
  const rows = (record.rebuilds ?? []).filter(
    (row) => row.version === release.version && row.platform === platform && row.variant === variant,
  )
  const published = record.releases.find(({ version }) => version === release.version)
  if (rows.length === 0 || published === undefined) return null
  return { rows, ...countRebuilders(rows, publisherOf(record, published)) }
}

export function rebuildCounts(...question: Parameters<typeof artifactRebuilds>): RebuildCounts {
  return artifactRebuilds(...question)?.counts ?? NOBODY
}

/** Who published the release, and whose the worker is: their tokens and all keys that it ever had. */
function publisherOf(
  { worker, keyChanges = [] }: WorkerRecord,
  { publishedBy, publisher }: ReleaseRow,
): ReleasePublisher {
  const scope = publisher?.kind === 'operator' ? 'operator' : 'publish'
  const accounts = new Set([rebuilderAccount({ id: publishedBy, scope })])
  const owner = /^token:(.+)$/.exec(worker.owner)?.[1]
  if (owner !== undefined) accounts.add(rebuilderAccount({ id: owner, scope: 'publish' }))
  else if (worker.owner === 'operator') accounts.add('operator')
  return { accounts, keys: new Set(keyChanges.flatMap(({ key }) => (key === null ? [] : [key.key_id]))) }
}
