import { runGit } from './program.ts'
import type { Repository } from './repository.ts'

const MAX_HISTORY_BYTES = 64 * 2 ** 20

/**
 * When files came into the history: larger numbers are older, equal numbers the same commit. A file whose origin the
 * history does not show (a shallow clone, a merge that brought it) is missing from the answer.
 */
export async function introductionOrder(
  repository: Repository,
  paths: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const args = [
    'log',
    '--diff-filter=A',
    '--no-renames',
    '--name-only',
    '--format=%x01',
    '-z',
    repository.commit,
  ]
  const result = await runGit([...args, '--', ...paths], repository.call, { maxBytes: MAX_HISTORY_BYTES })
  const order = new Map<string, number>()
  if (result.exitCode !== 0) return order
  let commit = 0
  for (const field of result.stdout.toString('utf8').split('\0')) {
    const text = field.replace(/^\n+/, '')
    if (text.startsWith('\u0001')) commit += 1
    const path = text.replace(/^\u0001\n*/, '')
    if (path !== '') order.set(path, commit)
  }
  return order
}
