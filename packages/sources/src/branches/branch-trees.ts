import type { Repository } from '../git/repository.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { openGitTree } from '../tree/git-tree.ts'

/** More branches than a catalog has open submissions; of a branch per worker there may be thousands. */
const MAX_BRANCHES = 2_000

/** The other branches of a repository as catalogs, one after the other; each is closed when the next is asked for. */
export async function* branchTrees(
  repository: Repository,
): AsyncGenerator<{ readonly branch: string; readonly tree: CatalogTree }> {
  const seen = new Set([repository.commit])
  for (const [branch, commit] of [...(await repository.listBranches())].slice(0, MAX_BRANCHES)) {
    if (branch === repository.branch || seen.has(commit)) continue
    seen.add(commit)
    const tree = await openGitTree({ ...repository, commit, prefix: '' })
    try {
      yield { branch, tree }
    } finally {
      await tree.close()
    }
  }
}
