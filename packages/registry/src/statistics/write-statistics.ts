import {
  type StatisticsTotals,
  statisticsTotalsSchema,
  type WorkerId,
  type WorkerStatistics,
} from '@rbee/schema'
import { workerUrl } from '../documents/addresses.ts'
import { inGroups } from '../documents/in-groups.ts'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import { settleDocuments } from '../documents/settle.ts'
import type { StoredDocument } from '../ports/document-store.ts'
import type { AllDownloads, RisingWorker, WorkerDownloads } from '../ports/download-counts.ts'
import type { RegistryPorts } from '../registry.ts'
import { firstShownDay } from './days.ts'
import { risingRules } from './rising.ts'

/** Workers whose statistics are written in one call; the others stay due. */
const WORKERS_PER_CALL = 200
const WORKERS_AT_ONCE = 16
const TOP_WORKERS = 20
/** So long a reckoning of what rises is good for: it reads the downloads of a week. */
const RISING_FOR_MS = 15 * 60_000

type StatisticsPorts = Pick<RegistryPorts, 'database' | 'documents' | 'clock' | 'onIndexed'>

/**
 * Writes the statistics of workers whose counts changed, and then those of all together. A worker stays due until both
 * are written. @returns how many workers were written.
 */
export async function writeDueStatistics(ports: StatisticsPorts): Promise<number> {
  const workers = await ports.database.listDueStatistics(WORKERS_PER_CALL)
  if (workers.length === 0) {
    await renewRising(ports)
    return 0
  }
  const written = await inGroups(workers, WORKERS_AT_ONCE, async (worker) => ({
    worker,
    downloads: await writeWorkerStatistics(ports, worker),
  }))
  await writeTotals(ports)
  if (await ports.database.saveIndexedDownloads(workers, ports.clock())) ports.onIndexed?.()
  for (const { worker, downloads } of written) {
    await ports.database.saveDocumentedDownloads(worker, downloads)
  }
  return workers.length
}

/** Makes all statistics due where the documents are gone, as after a backup of the rows was restored. */
export async function recoverStatistics({ database, documents }: StatisticsPorts): Promise<void> {
  if ((await documents.get({ kind: 'stats-overview' })) === null) await database.markStatisticsDue()
}

/** @returns the number of downloads that the document shows. */
async function writeWorkerStatistics(ports: StatisticsPorts, worker: WorkerId): Promise<number> {
  const since = firstShownDay(ports.clock())
  let shown = 0
  await settleDocuments(ports.documents, async () => {
    const counted = await ports.database.getDownloads(worker, since)
    if (counted === null) throw new Error(`the statistics of ${worker} are due and it has no downloads`)
    shown = counted.downloads
    return [{ key: { kind: 'stats', id: worker }, body: jsonBytes(workerStatistics(worker, counted)) }]
  })
  return shown
}

/** Without downloads nothing is due, and yet what rose last week ends to rise. */
async function renewRising(ports: StatisticsPorts): Promise<void> {
  const totals = storedTotals(await ports.documents.get({ kind: 'stats-overview' }))
  if (totals !== null && totals.rising.length > 0 && isOld(totals, ports.clock())) await writeTotals(ports)
}

function storedTotals(document: StoredDocument | null): StatisticsTotals | null {
  return document && statisticsTotalsSchema.parse(readJson(document.body))
}

function isOld({ rising_at }: StatisticsTotals, now: number): boolean {
  return rising_at === null || now - Date.parse(rising_at) >= RISING_FOR_MS
}

async function writeTotals(ports: StatisticsPorts): Promise<void> {
  const since = firstShownDay(ports.clock())
  const now = ports.clock()
  const before = storedTotals(await ports.documents.get({ kind: 'stats-overview' }))
  const rising =
    before === null || isOld(before, now)
      ? { workers: await ports.database.listRising(TOP_WORKERS, risingRules(now)), at: now }
      : { workers: before.rising, at: Date.parse(before.rising_at ?? '') }
  await settleDocuments(ports.documents, async () => {
    const counted = await ports.database.getAllDownloads(TOP_WORKERS, since)
    return [{ key: { kind: 'stats-overview' }, body: jsonBytes(statisticsTotals(counted, rising)) }]
  })
}

function workerStatistics(
  worker: WorkerId,
  { downloads, updatedAt, artifacts, days }: WorkerDownloads,
): WorkerStatistics {
  return {
    worker,
    downloads,
    stars: 0,
    last_updated: new Date(updatedAt).toISOString(),
    versions: summed(artifacts, ({ version }) => version).map(([version, count]) => ({
      version,
      downloads: count,
    })),
    variants: summed(artifacts, ({ variant }) => variant).map(([variant, count]) => ({
      variant,
      downloads: count,
    })),
    platforms: summed(artifacts, ({ platform }) => platform).map(([platform, count]) => ({
      platform,
      downloads: count,
    })),
    days: [...days],
  }
}

interface Rising {
  readonly workers: readonly RisingWorker[]
  /** When that was reckoned, in milliseconds since the epoch. */
  readonly at: number
}

function statisticsTotals(
  { downloads, updatedAt, top, days }: AllDownloads,
  rising: Rising,
): StatisticsTotals {
  return {
    downloads,
    stars: 0,
    last_updated: updatedAt === null ? null : new Date(updatedAt).toISOString(),
    top: top.map((one) => ({ ...one, url: workerUrl(one.worker) })),
    rising: rising.workers.map((one) => ({ ...one, url: workerUrl(one.worker) })),
    rising_at: new Date(rising.at).toISOString(),
    days: [...days],
  }
}

/** The downloads of artifacts that share a property, most first. */
function summed<Key extends string>(
  artifacts: WorkerDownloads['artifacts'],
  keyOf: (artifact: WorkerDownloads['artifacts'][number]) => Key,
): [Key, number][] {
  const sums = new Map<Key, number>()
  for (const artifact of artifacts) {
    const key = keyOf(artifact)
    sums.set(key, (sums.get(key) ?? 0) + artifact.downloads)
  }
  return [...sums].toSorted(([, a], [, b]) => b - a)
}
