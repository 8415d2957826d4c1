import { runGit } from './program.ts'
import type { Repository } from './repository.ts'

const MAX_STATUS_BYTES = 16 * 2 ** 20

/**
 * How many files below the folder that was named differ from the commit, are staged or are not known to Git. Null where
 * that cannot be told. Filters, monitors and hooks of the repository take no part.
 */
export async function countChanges(repository: Repository): Promise<number | null> {
  if (!repository.comparable) return 0
  const args = [
    'status',
    '--porcelain=v1',
    '-z',
    '--no-renames',
    '--untracked-files=normal',
    '--ignore-submodules=all',
  ]
  const scope = repository.prefix === '' ? [] : [repository.prefix]
  const result = await runGit([...args, '--', ...scope], repository.call, { maxBytes: MAX_STATUS_BYTES })
  if (result.exitCode !== 0) return null
  return result.stdout
    .toString('latin1')
    .split('\0')
    .filter((record) => record !== '').length
}
