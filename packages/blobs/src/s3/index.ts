import type { ArchiveStore, DocumentStore } from '@rbee/registry'
import { s3ArchiveStore } from './archive-store.ts'
import { s3Client } from './client.ts'
import { s3DocumentStore } from './document-store.ts'
import { emptySpool, partSpool } from './part-spool.ts'
import type { S3Place, S3Surroundings } from './place.ts'
import { probeStore } from './probe.ts'

export type { S3Place } from './place.ts'

/** Both stores of one bucket. */
export interface S3Stores {
  readonly documents: DocumentStore
  readonly archives: ArchiveStore
}

/**
 * Opens the stores of a bucket, or of a prefix in it, after a test of what the catalog needs of the store. One server at
 * a time may use a place. Fails with `setting_invalid` where a setting is wrong or the store ignores conditions, and with
 * `storage_failed` where it does not answer.
 */
export async function openS3Stores(place: S3Place, surroundings: S3Surroundings): Promise<S3Stores> {
  const { randomBytes, spoolFolder } = surroundings
  await probeStore(s3Client(place, surroundings), Buffer.from(randomBytes(16)).toString('hex'))
  await emptySpool(spoolFolder)
  return s3StoresForReading(place, surroundings)
}

/** The stores of a bucket that another process may be writing to: only what reads may be called. */
export function s3StoresForReading(place: S3Place, surroundings: S3Surroundings): S3Stores {
  const { randomBytes, spoolFolder } = surroundings
  const client = s3Client(place, surroundings)
  return {
    documents: s3DocumentStore(client),
    archives: s3ArchiveStore(client, partSpool(spoolFolder, randomBytes), randomBytes),
  }
}
