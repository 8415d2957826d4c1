import type { DownloadMark } from '../ports/download-counts.ts'
import type { RegistryPorts } from '../registry.ts'
import { dayBefore } from './days.ts'
import { forgetPastSalt } from './download-marker.ts'

/**
 * Counts marked downloads; the same marks again change nothing. Those that took longer than a day to arrive are left
 * out: which clients fetched what on their day is forgotten, and so nobody could say whether they count.
 */
export async function countDownloads(ports: RegistryPorts, marks: readonly DownloadMark[]): Promise<void> {
  const now = ports.clock()
  const oldest = dayBefore(now)
  const countable = marks.filter(({ day }) => day >= oldest)
  if (countable.length > 0) await ports.database.countDownloads(countable, now)
}

/** Deletes who fetched what, and the key it is hashed with, once their day is over and its last downloads are counted. */
export async function forgetDownloaders(ports: RegistryPorts): Promise<void> {
  await forgetPastSalt(ports)
  await ports.database.forgetClients(dayBefore(ports.clock()))
}
