import { allBins } from '../metadata/bins.ts'
import type { Bin } from '../metadata/roles.ts'
import type { Edit } from './commit.ts'
import { type Current, readBin } from './current.ts'
import { versionIn } from './edit-bins.ts'
import { inGroups } from './in-groups.ts'
import { BIN_LIFETIME, type Lifetime, SNAPSHOT_LIFETIME, TIMESTAMP_LIFETIME } from './lifetimes.ts'
import type { MetadataStore } from './store.ts'

/** Bins that are signed anew with one call, so that a Worker may do it beside other work. */
const BINS_AT_ONCE = 128

/** What has to be signed anew because it would expire; null when nothing has to be. @param everyBin also those that would not. */
export async function renewal(
  store: MetadataStore,
  { timestamp, snapshot }: Current,
  now: number,
  everyBin: boolean,
): Promise<Edit | null> {
  const { meta } = snapshot.signed
  const old = allBins().filter((name) => everyBin || isOldVersion(versionIn(meta, name), now))
  const bins = new Map<string, Bin['targets']>()
  await inGroups(everyBin ? old : old.slice(0, BINS_AT_ONCE), async (name) => {
    const bin = await readBin(store, name, versionIn(meta, name))
    if (everyBin || isDue(bin.expires, now, BIN_LIFETIME)) bins.set(name, bin.targets)
  })
  const isSnapshotDue = isDue(snapshot.signed.expires, now, SNAPSHOT_LIFETIME)
  if (bins.size === 0 && !isSnapshotDue && !isDue(timestamp.signed.expires, now, TIMESTAMP_LIFETIME))
    return null
  return isSnapshotDue ? { bins, snapshot: true } : { bins }
}

/** Whether that which expires then is as old that it has to be signed anew. */
export function isDue(expires: string, now: number, { validMs, renewAfterMs }: Lifetime): boolean {
  return now >= Date.parse(expires) - validMs + renewAfterMs
}

/** Versions are times in seconds, which spares reading bins that are young. One from the future says nothing. */
function isOldVersion(version: number, now: number): boolean {
  const signedAt = version * 1000
  return signedAt > now + BIN_LIFETIME.renewAfterMs || now >= signedAt + BIN_LIFETIME.renewAfterMs
}
