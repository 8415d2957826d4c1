import {
  MANIFEST_FILE,
  METADATA_FILE,
  openGitTree,
  parentFolder,
  type Repository,
  removedFiles,
} from '@rbee/sources'
import type { RemovedWorker } from './submission.ts'
import { readContents } from './worker/read-worker.ts'

/** Removals that are looked at; each is read as of the commit before it. */
const MAX_REMOVED = 60

/** Workers that were in a repository once, up to a commit: their names stay theirs. */
export async function removedWorkers(
  repository: Repository,
  commit: string,
): Promise<readonly RemovedWorker[]> {
  const names = [MANIFEST_FILE, METADATA_FILE]
  const workers: RemovedWorker[] = []
  for (const { path, before } of await removedFiles(repository, commit, { names, limit: MAX_REMOVED })) {
    const folder = parentFolder(path)
    const tree = await openGitTree({ ...repository, commit: before, prefix: '' })
    try {
      const contents = await readContents(tree, folder)
      workers.push({ folder, manifest: contents.manifest, contents })
    } finally {
      await tree.close()
    }
  }
  return workers
}
