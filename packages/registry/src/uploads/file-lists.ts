import { inspectArchive } from '@rbee/packaging/inspection'
import { type FileList, RbeeError, sha256Of } from '@rbee/schema'
import { jsonBytes } from '../documents/json-bytes.ts'
import type { RegistryPorts } from '../registry.ts'

/** Archives that one call reads at most. */
const ARCHIVES_PER_CALL = 4
/** After this much, in compressed bytes, no further one is begun. */
const BYTES_PER_CALL = 256 * 2 ** 20

/**
 * Keeps what an archive unpacks to under the digest of its content: the same bytes always have the same list. Fails with
 * `storage_failed`.
 */
export async function saveFileList(
  { documents }: Pick<RegistryPorts, 'documents'>,
  files: FileList,
): Promise<void> {
  try {
    await documents.put({ kind: 'file-list', sha256: sha256Of(files.digest) }, jsonBytes(files))
  } catch (cause) {
    throw new RbeeError('storage_failed', 'The list of files could not be stored just now', {
      next: 'Complete the upload again',
      cause,
    })
  }
}

/**
 * Lists the files of archives that were stored by a version which kept no lists, a few at a time. Each is taken from among them
 * before it is read, so that one which ends the process is not read again: its files stay unrecorded.
 */
export async function listFilesOfArchives(
  ports: Pick<RegistryPorts, 'database' | 'documents' | 'archives'>,
): Promise<void> {
  let left = BYTES_PER_CALL
  for (const { digest, sha256, format } of await ports.database.listUnlistedArchives(ARCHIVES_PER_CALL)) {
    if (left <= 0) return
    if (!(await ports.database.takeUnlistedArchive(digest))) continue
    const stored = await ports.archives.open(sha256)
    if (stored === null) continue
    left -= stored.size
    const { files } = await inspectArchive(stored.body, format)
    if (files.digest === digest) await saveFileList(ports, files)
  }
}
