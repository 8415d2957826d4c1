import type { RegistryPorts } from '../registry.ts'
import { endUpload } from './open-upload.ts'

const BATCH = 100

/** Ends the uploads that expired. @returns how many. */
export async function sweepUploads(
  ports: Pick<RegistryPorts, 'database' | 'archives' | 'clock'>,
): Promise<number> {
  let swept = 0
  for (;;) {
    const expired = await ports.database.listExpiredUploads(ports.clock(), BATCH)
    for (const upload of expired) await endUpload(ports, upload)
    swept += expired.length
    if (expired.length < BATCH) return swept
  }
}
