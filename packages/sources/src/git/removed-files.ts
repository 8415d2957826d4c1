import { runGit } from './program.ts'
import type { Repository } from './repository.ts'

const MAX_LOG_BYTES = 64 * 2 ** 20

/** A file that a commit took away. */
export interface RemovedFile {
  /** Relative to the repository. */
  readonly path: string
  /** The commit before, which still holds it. */
  readonly before: string
}

/**
 * Files of some names that were removed in the history of a commit, the latest removal first. What a shallow clone does not
 * hold is missing from the answer.
 *
 * @param limit how many at most.
 */
export async function removedFiles(
  repository: Repository,
  commit: string,
  { names, limit }: { readonly names: readonly string[]; readonly limit: number },
): Promise<readonly RemovedFile[]> {
  const args = ['log', '--diff-filter=D', '--no-renames', '--diff-merges=first-parent', '--name-only']
  const result = await runGit([...args, '--format=%x01%P', '-z', commit], repository.call, {
    maxBytes: MAX_LOG_BYTES,
  })
  if (result.exitCode !== 0) return []
  const removed: RemovedFile[] = []
  let before: string | undefined
  for (const field of result.stdout.toString('utf8').split('\0')) {
    const text = field.replace(/^\n+/, '')
    if (text.startsWith('\u0001')) before = text.slice(1).trim().split(' ')[0]
    else if (before && names.includes(text.slice(text.lastIndexOf('/') + 1)))
      removed.push({ path: text, before })
    if (removed.length === limit) break
  }
  return removed
}
