import type { Finding } from '@rbee/schema'
import { FolderFindings } from '../findings.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import { type CatalogTree, joinPath } from '../tree/catalog-tree.ts'
import { mapConcurrently } from './concurrency.ts'
import { relativePath } from './discover.ts'
import type { Claimant } from './duplicates.ts'
import { isComplete, readFolder, sourceOf, toEntry } from './entry.ts'
import type { Pictures } from './pictures.ts'
import type { CatalogSource } from './source.ts'
import type { TextBudget } from './text-budget.ts'

/** Folders that are read at the same time: enough to keep git's answers flowing. */
const CONCURRENCY = 64

/** Workers that were read. Those that were refused are among the findings only. */
export interface ReadWorkers {
  readonly claimants: readonly Claimant[]
  readonly findings: readonly Finding[]
}

/** Reads the workers that lie in folders of the commit or plain folder. */
export async function readFolders(
  tree: CatalogTree,
  { repository }: CatalogSource,
  folders: readonly string[],
  official: boolean,
  budget: TextBudget,
  pictures: Pictures,
): Promise<ReadWorkers> {
  const read = await mapConcurrently(folders, CONCURRENCY, async (folder) => {
    const findings = new FolderFindings(relativePath(tree.scope, folder) || '.')
    const contents = await readFolder(tree, folder, findings)
    budget.spend(contents)
    return { folder, findings, contents }
  })
  const claimants: Claimant[] = []
  // One after the other: which pictures a catalog has room for depends on their order alone.
  for (const { folder, findings, contents } of read) {
    if (!isComplete(contents) || findings.errors > 0) continue
    const manifestFile = tree.entries.has(joinPath(folder, MANIFEST_FILE)) ? MANIFEST_FILE : METADATA_FILE
    const git = {
      url: repository?.url ?? null,
      branch: repository?.branch ?? null,
      commit: tree.commit,
      path: folder === '' ? '.' : folder,
    }
    const screenshots = await pictures.take(tree, folder, contents.manifest, findings)
    const entry = toEntry(contents, sourceOf(folder, official), git, [], screenshots)
    claimants.push({
      ...{ entry, place: findings.path, manifestFile },
      manifestPath: joinPath(folder, manifestFile),
    })
  }
  return { claimants, findings: read.flatMap(({ findings }) => findings.list()) }
}
