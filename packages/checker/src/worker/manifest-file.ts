import { MANIFEST_FILE, METADATA_FILE } from '@rbee/sources'
import type { CheckedWorker } from './checked-worker.ts'

/** The file that what concerns the whole worker is said of. */
export function manifestFileOf(worker: Pick<CheckedWorker, 'files'>): string {
  return worker.files.has(MANIFEST_FILE) || !worker.files.has(METADATA_FILE) ? MANIFEST_FILE : METADATA_FILE
}
