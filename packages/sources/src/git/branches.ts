import { RbeeError } from '@rbee/schema'
import { type GitCall, runGit } from './program.ts'

/** In bytes: some hundred thousand branches. */
const MAX_LISTING_BYTES = 64 * 2 ** 20
/** As long as an entry's field may be. */
export const MAX_BRANCH_LENGTH = 300

/**
 * The branches of a repository and their commits: its own ones, and those of the remote `origin` that it has none of its
 * own for, which is how a clone knows them. In order of their names.
 */
export async function listBranches(outer: GitCall): Promise<ReadonlyMap<string, string>> {
  const args = ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/remotes/origin']
  const result = await runGit(args, outer, { maxBytes: MAX_LISTING_BYTES })
  if (result.exitCode !== 0) {
    throw new RbeeError('catalog_unreadable', 'git cannot list the branches of the repository', {
      next: 'check the repository with git fsck',
    })
  }
  const branches = new Map<string, string>()
  // Sorted by their full names: those of the repository itself come first.
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [ref = '', commit = ''] = line.split(' ')
    const name = ref.replace(/^refs\/(?:remotes\/origin|heads)\//, '')
    const isBranch = name !== ref && ref !== 'refs/remotes/origin/HEAD' && name.length <= MAX_BRANCH_LENGTH
    if (isBranch && !branches.has(name)) branches.set(name, commit)
  }
  return new Map([...branches].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
