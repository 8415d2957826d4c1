import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FileStores, fileStoresForReading, openFileStores } from '@rbee/blobs/files'
import type { S3Place } from '@rbee/blobs/s3'
import type { ArchiveLinks, Clock, RandomBytes } from '@rbee/registry'
import { makeWritableFolder } from './writable-folder.ts'

/** Where documents and archives lie: in a folder of this machine, or in a bucket of an S3-compatible store. */
export type BlobsPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'bucket'; readonly bucket: S3Place }

/** Both stores of a place. */
export type BlobStores = FileStores

interface Surroundings {
  readonly dataDir: string
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

/**
 * Opens the stores of a place for the one process that writes to it. Fails with `setting_invalid` for a folder that cannot
 * be written to and a bucket that cannot be used.
 */
export async function openBlobs(place: BlobsPlace, surroundings: Surroundings): Promise<BlobStores> {
  switch (place.kind) {
    case 'folder':
      await makeWritableFolder(place.folder, '--blobs')
      return openFileStores(place.folder, surroundings.randomBytes)
    case 'bucket': {
      const { openS3Stores } = await import('@rbee/blobs/s3')
      return openS3Stores(place.bucket, s3Surroundings(surroundings))
    }
  }
}

/** The stores of a place that another process may be writing to: only what reads may be called. */
export async function openBlobsForReading(
  place: BlobsPlace,
  surroundings: Surroundings,
): Promise<BlobStores> {
  switch (place.kind) {
    case 'folder':
      return fileStoresForReading(place.folder, surroundings.randomBytes)
    case 'bucket': {
      const { s3StoresForReading } = await import('@rbee/blobs/s3')
      return s3StoresForReading(place.bucket, s3Surroundings(surroundings))
    }
  }
}

/** Where archives that are sold are fetched: from this server, or from the store, at an address other than its endpoint or at that. */
export type LicensedLinks =
  | { readonly kind: 'server' }
  | { readonly kind: 'store'; readonly endpoint: URL | null }

/** What makes links of the store, or null where archives pass through the server, as they always do from a folder. */
export async function openArchiveLinks(
  place: BlobsPlace,
  wanted: LicensedLinks | undefined,
  clock: Clock,
): Promise<ArchiveLinks | null> {
  if (wanted?.kind === 'server') return null
  switch (place.kind) {
    case 'folder':
      return null
    case 'bucket': {
      const { presignedLinks } = await import('@rbee/blobs/s3/links')
      const endpoint = wanted?.endpoint ?? place.bucket.endpoint
      return presignedLinks({ ...place.bucket, endpoint }, clock)
    }
  }
}

/** As it is named to people. */
export function describeBlobs(place: BlobsPlace): string {
  switch (place.kind) {
    case 'folder':
      return place.folder
    case 'bucket':
      return `s3://${place.bucket.bucket}${place.bucket.prefix === '' ? '' : `/${place.bucket.prefix.slice(0, -1)}`}`
  }
}

function s3Surroundings({ dataDir, clock, randomBytes }: Surroundings) {
  return {
    clock,
    randomBytes,
    spoolFolder: join(dataDir, 'receiving'),
    sleep: (milliseconds: number) => sleep(milliseconds),
  }
}
