import { catalogEntrySchema, describeIssues, type Finding, RbeeError } from '@rbee/schema'
import { entryHash } from '../entry-hash.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { findSync } from './begin-sync.ts'
import { type AnnouncedEntry, admitEntry } from './entry-admission.ts'
import { type EntryLabel, labelOf, refusal } from './refusals.ts'

/**
 * Takes entries of a sync, each for itself: one that is malformed or breaks a rule is refused with its reason, and the
 * others are stored. Official entries are taken before community ones, so that a name both claim is official; for the
 * same between calls, whoever sends the entries sends the official ones first.
 *
 * The reasons are not kept: whoever sends the entries hands them to `finishSync`.
 */
export async function addSyncEntries(
  ports: RegistryPorts,
  caller: Caller,
  syncId: string,
  entries: readonly unknown[],
): Promise<{ accepted: string[]; refused: Finding[] }> {
  const sync = await findSync(ports, caller, syncId)
  const accepted: string[] = []
  const refused: Finding[] = []
  const hashes = new Map<string, string>(sync.entries.map(({ id, hash }) => [id, hash]))
  const announced: AnnouncedEntry[] = []
  for (const value of entries) {
    await collecting(refused, labelOf(value), () => announced.push(parseAnnounced(hashes, value)))
  }
  const officialFirst = announced.toSorted((a, b) => rank(a) - rank(b))
  const officialIds = onceAsked(() => listOfficialIds(ports))
  for (const one of officialFirst) {
    await collecting(refused, labelOf(one.entry), async () => {
      await admitEntry(ports, sync.catalog, one, officialIds)
      accepted.push(one.entry.manifest.id)
    })
  }
  return { accepted, refused }
}

/** Runs one entry's step and turns a failure of the entry into a finding; other failures end the call. */
async function collecting(refused: Finding[], label: EntryLabel, step: () => unknown): Promise<void> {
  try {
    await step()
  } catch (failure) {
    if (!(failure instanceof RbeeError) || failure.status >= 500) throw failure
    refused.push(refusal(failure, label))
  }
}

function parseAnnounced(hashes: ReadonlyMap<string, string>, value: unknown): AnnouncedEntry {
  const parsed = catalogEntrySchema.safeParse(value)
  if (!parsed.success) throw new RbeeError('invalid_body', describeIssues(parsed.error))
  const entry = parsed.data
  const hash = entryHash(entry)
  if (hashes.get(entry.manifest.id) === hash) return { entry, hash }
  throw new RbeeError('invalid_body', 'The entry is not the one that the sync announced', {
    next: 'Begin a new sync: the catalog changed meanwhile, or was compiled by another version of the program',
  })
}

function rank({ entry }: AnnouncedEntry): number {
  return entry.source === 'official' ? 0 : 1
}

async function listOfficialIds(ports: RegistryPorts): Promise<readonly string[]> {
  const workers = await ports.database.listWorkerNames()
  return workers.filter(({ source }) => source === 'official').map(({ id }) => id)
}

function onceAsked<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => {
    answer ??= ask()
    return answer
  }
}
