import {
  REVOCATIONS_MAX,
  type Revocation,
  type Revocations,
  revocationSchema,
  revocationsSchema,
  type WorkerId,
} from '@rbee/schema'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import { inTurnOf } from '../documents/write-workers.ts'
import type { QuarantinedRow, ReleaseRow } from '../ports/database.ts'
import type { StoredDocument } from '../ports/document-store.ts'
import type { RegistryPorts } from '../registry.ts'
import { signDocument } from '../signing/sign-document.ts'
import { blockArchives, unblockArchives } from './blocked-archives.ts'

/** How long a list says what is quarantined, unless the operator says otherwise. */
const REVOCATIONS_LIFETIME_MS = 7 * 86_400_000
/** More passes than writers can get into each other's way. */
const MAX_PASSES = 20
/** Workers whose rows are read in one call. */
const WORKERS_PER_QUERY = 50
/** The list is read by every machine; the release's own document has the whole reason. */
const REASON_CHARACTERS = 200

type RevocationPorts = Pick<
  RegistryPorts,
  'database' | 'documents' | 'clock' | 'inTurn' | 'revocationsLifetimeMs' | 'metadata'
>

/**
 * Brings the list of quarantined releases, and the archives that are not handed out, in line with the rows, and issues the
 * list anew before it expires. The last pass finds nothing to change, so that writers at the same time leave the newest rows.
 *
 * A list is only ever replaced by one with a higher number. The number is at least the seconds since the epoch: so it is
 * higher, too, where the list before was lost or a backup was put back.
 */
export function issueRevocations(ports: RevocationPorts): Promise<Revocations> {
  return inTurnOf(ports)('revocations', async () => {
    const list = await settleList(ports)
    await signDocument(ports, 'revocations.json', { kind: 'revocations' })
    return list
  })
}

async function settleList(ports: RevocationPorts): Promise<Revocations> {
  const unblocked = new Set<string>()
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const stored = await ports.documents.get({ kind: 'revocations' })
    const before = stored && parseList(stored)
    const wanted = await wantedList(ports, before?.releases ?? [])
    // Whoever blocked one again meanwhile may have done so before this call let it go.
    const again = wanted.quarantined.filter((row) => unblocked.delete(nameOf(row)))
    await blockArchives(ports, [...wanted.added, ...again])
    if (before !== null && saysTheSame(before, wanted) && !isDue(before, ports.clock())) return before
    for (const release of wanted.lifted) unblocked.add(nameOf(release))
    await unblockArchives(ports, wanted.lifted)
    const list = issued(wanted, before, ports)
    await ports.documents.put({ kind: 'revocations' }, jsonBytes(list), { etag: stored?.etag ?? null })
  }
  throw new Error('The list of quarantined releases kept changing while it was written')
}

interface WantedList extends Pick<Revocations, 'releases' | 'total'> {
  readonly quarantined: readonly QuarantinedRow[]
  /** Rows that the list before does not name. */
  readonly added: readonly QuarantinedRow[]
  /** Releases of the list before that may run again. */
  readonly lifted: readonly ReleaseRow[]
}

/**
 * A release of the list before stays on it until the rows say that it may run again: where rows are missing, because the
 * database was lost and is being restored, nothing is let go.
 */
async function wantedList(ports: RevocationPorts, before: readonly Revocation[]): Promise<WantedList> {
  const { releases: rows, total } = await ports.database.listQuarantined(REVOCATIONS_MAX)
  const known = new Map(before.map((one) => [nameOf(one), one]))
  const names = new Set(rows.map(nameOf))
  const added = rows.filter((row) => !known.has(nameOf(row)))
  const gone = before.filter((one) => !names.has(nameOf(one)))
  const published = await releasesOf(ports, [...added, ...gone])
  const lifted = gone.flatMap((one) => {
    const release = published.get(nameOf(one))
    return release !== undefined && release.quarantined === null ? [release] : []
  })
  const isLifted = new Set(lifted.map(nameOf))
  const carried = gone.filter((one) => !isLifted.has(nameOf(one)))
  const listed = rows.map((row) =>
    revocationOf(row, known.get(nameOf(row))?.digests ?? digestsOf(row, published.get(nameOf(row)))),
  )
  const all = [...listed, ...carried].slice(0, REVOCATIONS_MAX)
  return { releases: all, total: Math.max(total, all.length), quarantined: rows, added, lifted }
}

/** The published releases of these names, by their names; those whose rows are missing are not among them. */
async function releasesOf(
  { database }: RevocationPorts,
  wanted: readonly { readonly worker: WorkerId; readonly version: string }[],
): Promise<ReadonlyMap<string, ReleaseRow>> {
  const workers = [...new Set(wanted.map(({ worker }) => worker))]
  const found = new Map<string, ReleaseRow>()
  for (let start = 0; start < workers.length; start += WORKERS_PER_QUERY) {
    const records = await database.getWorkers(workers.slice(start, start + WORKERS_PER_QUERY))
    for (const { releases } of records.values()) {
      for (const release of releases) found.set(nameOf(release), release)
    }
  }
  return found
}

/** Bytes belong to the release that named them first: quarantining a copy takes nothing from the original. */
function digestsOf({ archives }: QuarantinedRow, release: ReleaseRow | undefined): Revocation['digests'] {
  const own = new Set(archives)
  const artifacts = release?.input.artifacts ?? []
  return artifacts
    .filter((artifact) => artifact.archives.some(({ sha256 }) => own.has(sha256)))
    .map(({ digest }) => digest)
}

function revocationOf(
  { worker, version, reason, at }: QuarantinedRow,
  digests: Revocation['digests'],
): Revocation {
  const short = reason.length > REASON_CHARACTERS ? `${reason.slice(0, REASON_CHARACTERS - 1)}…` : reason
  return revocationSchema.parse({
    worker,
    version,
    digests: [...new Set(digests)],
    reason: short.toWellFormed(),
    quarantined_at: new Date(at).toISOString(),
  })
}

function issued(
  { releases, total }: WantedList,
  before: Revocations | null,
  { clock, revocationsLifetimeMs = REVOCATIONS_LIFETIME_MS }: RevocationPorts,
): Revocations {
  const now = clock()
  return {
    sequence: Math.max((before?.sequence ?? 0) + 1, Math.floor(now / 1000)),
    issued_at: new Date(now).toISOString(),
    expires_at: new Date(now + revocationsLifetimeMs).toISOString(),
    total,
    releases,
  }
}

/** Half of its time has passed: then there is time enough for a server that is away for a while. */
function isDue({ issued_at, expires_at }: Revocations, now: number): boolean {
  const [from, until] = [Date.parse(issued_at), Date.parse(expires_at)]
  return now >= (from + until) / 2
}

function saysTheSame(before: Revocations, wanted: WantedList): boolean {
  const { releases, total } = wanted
  return before.total === total && JSON.stringify(before.releases) === JSON.stringify(releases)
}

/** Null for a list of another shape, which is replaced. */
function parseList({ body }: StoredDocument): Revocations | null {
  return revocationsSchema.safeParse(readJson(body)).data ?? null
}

function nameOf({ worker, version }: { readonly worker: string; readonly version: string }): string {
  return `${worker}@${version}`
}
