import { catalogEntrySchema, describeIssues, type Finding, RbeeError, type WorkerId } from '@rbee/schema'
import { entryHash } from '../entry-hash.ts'
import { assertImagesStored } from '../images/named-images.ts'
import type { RefusalRow } from '../ports/database.ts'
import type { Caller, SyncPorts } from '../registry.ts'
import { type AnnouncedEntry, admitEntries } from './entry-admission.ts'
import type { OpenSyncs } from './open-syncs.ts'
import { labelOf, RULES, refusal } from './refusals.ts'
import { judgedBy } from './refused-entry.ts'

/**
 * Takes entries of a sync, each for itself: one that is malformed or breaks a rule is refused with its reason, and the
 * others are stored. Official entries are taken before community ones, so that a name both claim is official; for the
 * same between calls, whoever sends the entries sends the official ones first.
 *
 * Entries that break a rule are remembered, so that they are not asked for while nothing changes. Of the others, whoever
 * sends the entries hands the reasons to `finishSync`.
 */
export async function addSyncEntries(
  ports: SyncPorts,
  syncs: OpenSyncs,
  caller: Caller,
  syncId: string,
  entries: readonly unknown[],
): Promise<{ accepted: string[]; refused: Finding[] }> {
  const sync = await syncs.find(caller, syncId)
  const announced: AnnouncedEntry[] = []
  const malformed: Finding[] = []
  for (const value of entries) {
    const judgement = judgedBy(null, () => announced.push(parseAnnounced(sync.hashes, value)))
    if (judgement !== null) malformed.push(refusal(judgement.failure, labelOf(value)))
  }
  const { complete, incomplete } = await withImages(ports, announced)
  const { accepted, refused } = await admitEntries(ports, sync, complete.toSorted(officialFirst))
  const remembered = refused.map(({ announced: { entry, hash }, judgement }): RefusalRow => {
    const finding = refusal(judgement.failure, labelOf(entry))
    return { worker: entry.manifest.id, hash, rules: RULES, blocker: judgement.blocker, finding }
  })
  await ports.database.saveRefusals(sync.row.catalog, remembered)
  return { accepted, refused: [...malformed, ...incomplete, ...remembered.map(({ finding }) => finding)] }
}

function parseAnnounced(hashes: ReadonlyMap<WorkerId, string>, value: unknown): AnnouncedEntry {
  const parsed = catalogEntrySchema.safeParse(value)
  if (!parsed.success) throw new RbeeError('invalid_body', describeIssues(parsed.error))
  const entry = parsed.data
  const hash = entryHash(entry)
  if (hashes.get(entry.manifest.id) === hash) return { entry, hash }
  throw new RbeeError('invalid_body', 'The entry is not the one that the sync announced', {
    next: 'Begin a new sync: the catalog changed meanwhile, or was compiled by another version of the program',
  })
}

/** What lacks a picture is refused without being remembered: the same entry is right once that is there. */
async function withImages(
  ports: SyncPorts,
  announced: readonly AnnouncedEntry[],
): Promise<{ complete: AnnouncedEntry[]; incomplete: Finding[] }> {
  const pictured = announced.filter(({ entry }) => entry.screenshots.length > 0)
  if (pictured.length === 0) return { complete: [...announced], incomplete: [] }
  const known = await ports.database.getWorkers(pictured.map(({ entry }) => entry.manifest.id))
  const incomplete = new Map<AnnouncedEntry, Finding>()
  for (const one of pictured) {
    try {
      await assertImagesStored(ports, one.entry, known.get(one.entry.manifest.id)?.recipe?.entry ?? null)
    } catch (failure) {
      if (!(failure instanceof RbeeError) || failure.status >= 500) throw failure
      incomplete.set(one, refusal(failure, labelOf(one.entry)))
    }
  }
  return {
    complete: announced.filter((one) => !incomplete.has(one)),
    incomplete: [...incomplete.values()],
  }
}

function officialFirst(a: AnnouncedEntry, b: AnnouncedEntry): number {
  return Number(b.entry.source === 'official') - Number(a.entry.source === 'official')
}
