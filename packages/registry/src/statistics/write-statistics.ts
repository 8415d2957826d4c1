import type { StatisticsTotals, WorkerId, WorkerStatistics } from '@rbee/schema'
import { workerUrl } from '../documents/addresses.ts'
import { inGroups } from '../documents/in-groups.ts'
import { jsonBytes } from '../documents/json-bytes.ts'
import { settleDocuments } from '../documents/settle.ts'
import type { AllDownloads, WorkerDownloads } from '../ports/download-counts.ts'
import type { RegistryPorts } from '../registry.ts'
import { firstShownDay } from './days.ts'

/** Workers whose statistics are written in one call; the others stay due. */
const WORKERS_PER_CALL = 200
const WORKERS_AT_ONCE = 16
const TOP_WORKERS = 20

type StatisticsPorts = Pick<RegistryPorts, 'database' | 'documents' | 'clock' | 'onIndexed'>

/**
 * Writes the statistics of workers whose counts changed, and then those of all together. A worker stays due until both
 * are written. @returns how many workers were written.
 */
export async function writeDueStatistics(ports: StatisticsPorts): Promise<number> {
  const workers = await ports.database.listDueStatistics(WORKERS_PER_CALL)
  if (workers.length === 0) return 0
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

async function writeTotals(ports: StatisticsPorts): Promise<void> {
  const since = firstShownDay(ports.clock())
  await settleDocuments(ports.documents, async () => {
    const totals = statisticsTotals(await ports.database.getAllDownloads(TOP_WORKERS, since))
    return [{ key: { kind: 'stats-overview' }, body: jsonBytes(totals) }]
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

function statisticsTotals({ downloads, updatedAt, top, days }: AllDownloads): StatisticsTotals {
  return {
    downloads,
    stars: 0,
    last_updated: updatedAt === null ? null : new Date(updatedAt).toISOString(),
    top: top.map((one) => ({ ...one, url: workerUrl(one.worker) })),
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
