import type { RegistryPorts } from '../registry.ts'

/** How long a sync may stay unfinished, in milliseconds. */
const SYNC_LIFETIME = 24 * 60 * 60 * 1000

/** Forgets syncs that nobody finished; what they stored already stays. */
export async function sweepSyncs(ports: Pick<RegistryPorts, 'database' | 'clock'>): Promise<void> {
  await ports.database.deleteSyncsBefore(ports.clock() - SYNC_LIFETIME)
}
